def grade_number(part):
    lines = read_lines(part["path"]) or []
    text = lines[0].strip() if len(lines) == 1 else ""
    return {
        "output_well_formed": re.fullmatch(r"[+-]?[0-9]{1,30}(\.[0-9]{1,20})?", text) is not None,
        "value_correct": same_number(text, part["value"]),
    }
