def grade_edited(part):
    found = read_lines(part["path"]) or []
    made = all(line in found for line in part["new"]) and not any(line in found for line in part["old"])
    return {"change_made": made, "rest_unchanged": made and found == part["lines"]}
