def grade_line(part):
    lines = read_lines(part["path"]) or []
    text = lines[0].strip() if len(lines) == 1 else ""
    return {"output_well_formed": text in part["among"], "value_correct": text == part["text"]}
