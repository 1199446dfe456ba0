def grade_lines(part):
    found = read_lines(part["path"]) or []
    if part["squeeze"]:
        found = [" ".join(line.split()) for line in found]
    wanted = part["lines"]
    checks = {"output_well_formed": any(line in wanted for line in found)}
    checks["no_stray_lines"] = checks["output_well_formed"] and all(line in wanted for line in found)
    checks["lines_complete"] = checks["no_stray_lines"] and sorted(found) == sorted(wanted)
    if part["ordered"]:
        checks["order_kept"] = checks["lines_complete"] and found == wanted
    return checks
