def grade_table(part):
    import csv

    try:
        found = [[cell.strip() for cell in row] for row in csv.reader(read_lines(part["path"]) or [], strict=True)]
    except csv.Error:
        found = []
    header, rows = (found[0], found[1:]) if found else ([], [])
    wanted = part["rows"]
    # A sum may come out as 42.0; nothing else is rewritten.
    rows = [[cell[:-2] if re.fullmatch(r"-?[0-9]{1,30}\.0", cell) else cell for cell in row] for row in rows]
    checks = {"output_well_formed": header == part["header"] and all(len(row) == len(header) for row in rows)}
    checks["no_stray_rows"] = checks["output_well_formed"] and bool(rows) and all(row in wanted for row in rows)
    checks["rows_complete"] = checks["no_stray_rows"] and sorted(rows) == sorted(wanted)
    if part["ordered"]:
        checks["order_correct"] = checks["rows_complete"] and rows == wanted
    return checks
