def grade_moved(part):
    moved = [has_digest(move["to"], move["sha256"]) and not os.path.lexists(move["from"]) for move in part["moves"]]
    return {"some_moved": any(moved), "all_moved": all(moved)}
