def main():
    checks = {}
    for part in SPEC["parts"]:
        for name, passed in globals()["grade_" + part["form"]](part).items():
            checks[name if name not in checks else name + "_" + part["form"]] = passed
    # Leaving things as they were earns nothing by itself: these two count once the work is right.
    done = all(checks.values())
    checks["inputs_untouched"] = done and all(has_digest(path, digest) for path, digest in SPEC["kept"].items())
    checks["nothing_extra"] = done and listing() == set(SPEC["files"])
    print(json.dumps({name: int(passed) for name, passed in checks.items()}))


main()
