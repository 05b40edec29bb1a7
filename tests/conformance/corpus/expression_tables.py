"""Expressions and the contexts that they are evaluated in."""
import json
from random import Random

SEED = 20260430

CONTEXTS = {
    "push": {
        "github": {
            "event_name": "push", "ref": "refs/heads/main", "ref_name": "main", "ref_type": "branch",
            "ref_protected": True, "sha": "9b1f0c7", "actor": "Ada", "repository": "acme/raxx", "run_number": "42",
            "run_attempt": 1, "head_ref": "", "base_ref": None, "workflow": "Deploy",
            "event": {
                "head_commit": {"message": "Fix #12: it's \"done\"", "author": {"name": "Ada", "email": None}},
                "commits": [{"id": "a1", "message": "one", "added": ["a.txt", "b.txt"]},
                            {"id": "b2", "message": "Two [skip deploy]", "added": []},
                            {"id": "c3", "added": ["c.md"]}],
                "repository": {"default_branch": "main", "private": False, "id": 7},
                "inputs": None, "forced": False, "number": 0,
            },
        },
        "env": {"EMPTY": "", "TRUE": "true", "FALSE": "false", "ZERO": "0", "ONE": "1", "TEXT": "Hello",
                "SPACE": "  ", "JSON": '{"a": [1, "two", null]}', "LIST": '["x", "y"]', "BRACE": "{0}",
                "QUOTE": "it's", "UNI": "Größe ß é", "HEX": "0x1F", "NEG": "-3.5", "BIG": "1e400"},
        "vars": {"DEPLOY": "true", "Mixed_Case": "m"},
        "inputs": {},
        "secrets": {"TOKEN": "s3cret"},
        "needs": {"build": {"result": "success", "outputs": {"tag": "v1.2.3", "none": ""}},
                  "test": {"result": "skipped", "outputs": {}}, "lint-all": {"result": "failure", "outputs": {}}},
        "matrix": {"os": "ubuntu-latest", "node": 20, "flag": True, "none": None, "half": 0.5,
                   "nested": {"deep": {"er": [1, 2, [3, 4]]}}, "list": ["a", "B", 3, None, True, {"k": "v"}]},
        "steps": {"deploy": {"outcome": "success", "conclusion": "success", "outputs": {"url": "https://x"}}},
    },
    "dispatch": {
        "github": {"event_name": "workflow_dispatch", "ref": "refs/tags/v2.0.0", "ref_name": "v2.0.0", "ref_type": "tag",
                   "event": {"inputs": {"dry_run": "false", "environment": "production", "count": "3"}}},
        "inputs": {"dry_run": False, "force": True, "environment": "production", "count": 3, "ratio": -0.25,
                   "empty": "", "zero": 0, "big": 12345678901234567890, "tiny": 0.0000001, "long": 1.23456789012345678},
        "matrix": {"include": [{"app": "a-prod", "env": "production", "keep": True},
                               {"app": "a-stage", "env": "staging", "keep": False}, {"app": "b", "extra": {"x": 1}}],
                   "rows": [[1, 2], [3], [], [[4]]], "empty": [], "object": {},
                   "people": {"ann": {"age": 3}, "bob": {"age": 5}, "cy": {"name": "cy"}, "n": 7}},
        "vars": {}, "env": {}, "needs": {}, "secrets": {},
    },
}

# One of each kind and of each odd case of its kind.
OPERANDS = ["null", "true", "false", "0", "1", "-1", "2.5", "NaN", "Infinity", "''", "' '", "'0'", "'1'", "'true'",
            "'null'", "'abc'", "'ABC'", "'0x10'", "github.event", "matrix.list", "env.missing"]
COMPARED = ["==", "!=", "<", ">="]

NUMBERS = ["0", "00", "007", "1", "-1", "+1", "1.0", "1.50", ".5", "-.5", "5.", "1e3", "1E3", "1e-7", "1e21", "1e400",
           "-1e400", "0x1F", "0XfF", "-0x1", "0o17", "0O17", "0b11", "1_000", "1,000", "12345678901234567890", "0.1", "-0",
           "123456789.123456789", "0.1234567890123456789", "1e", "0x", "--1", "+-1", "1.2.3", "1e2.5", "1a", "Infinity",
           "-Infinity", "+Infinity", "NaN", "-NaN", "infinity", "nan", "1e15", "1e16", "100000000000000000000", "1e20",
           "0.000001", "0.0000001", "4.35", "2.675", "1.005", "33.333333333333336", "9007199254740993", "1e-15", "1e-16"]

NUMBER_TEXTS = ["", " ", "0", "1", " 1 ", "\t2\n", "1.5", "-3", "+4", "0x1f", "0X1F", "-0x1", "0o17", "0b1", "1e3", "1e",
                "abc", "1 2", "Infinity", "-Infinity", "infinity", "NaN", "1_000", "1,000", ".5", "5.", "true", "null",
                "００１", "1\u00a0", "0x", "1e400", "--1"]

LITERALS = ["true", "TRUE", "True", "null", "NULL", "Null", "false", "False", "'it''s'", "''''", "''", "'a''b''c'",
            "'''a'''", "'\"'", "\"a\"", "'a\nb'", "'a", "a'", "'{0}'", "'${{ x }}'", "'}}'", "'ü'", "'🚀'", "`a`",
            "'a' 'b'", "true false", "1 2", "tRuE == true", "( 1 )", "((1))", "()", "(", ")", "(1", "1)", "", " ", "!",
            "!!", "!!1", "!''", "!null", "! true", "!(true)", "!!'a'", "!NaN", "!0", "!matrix", "- 1", "+ 1", "1 -1"]

PRECEDENCE = ["true || false && false", "(true || false) && false", "false && true || true", "!true || true",
              "!(true || true)", "!true == false", "!1 == 0", "!'a' == false", "1 < 2 == true", "1 == 2 < 3", "1 == 1 == 1",
              "2 == 2 == 2", "3 > 2 > 1", "1 < 2 < 3", "1 < 3 < 2", "'a' == 'A' && 'b' != 'c'", "1 && 2 && 3", "1 && 0 && 3",
              "0 || '' || null", "0 || '' || 'x'", "null || false", "false || null", "'' && 'a'", "'a' && ''", "1 || 2 || 3",
              "true && 'yes' || 'no'", "false && 'yes' || 'no'", "true && '' || 'no'", "0 && 1 || 2", "1 && 2 || 3 && 4",
              "(1 && 0) || (2 && 3)", "1 != 2 != true", "true != false == true", "1 >= 1 >= 1", "!0 && !1", "!0 || !1",
              "!!true && !!'x'", "1 = 1", "1 === 1", "1 & 1", "1 | 1", "1 <> 2", "1 =< 2", "a && b", "true and false",
              "not true", "1 + 1", "2 * 3", "4 / 2", "5 % 2", "'a' + 'b'", "'a' . 'b'", "1 ? 2 : 3", "true && ", "&& true",
              "true || ", "|| true", "1 ==", "== 1", "1 < ", "1 == == 1", "1 ! = 2", "true &&& false", "true & & false",
              "github.ref == 'refs/heads/main' && github.event_name == 'push'",
              "github.ref_name == 'MAIN' || github.actor != 'ada'", "!startsWith(github.ref, 'refs/tags/') && vars.DEPLOY",
              "needs.build.result == 'success' && needs.test.result != 'failure'", "env.MISSING || 'default'",
              "github.event.inputs.environment || 'staging'", "github.head_ref || github.ref_name", "1, 2", "true,"]

LOOKUPS = ["github", "github.ref", "GitHub.REF", "github['ref']", "github[ 'REF' ]", "github.missing", "github.missing.more",
           "github.ref.more", "github['missing']['more']", "github.event.head_commit.author.email", "github.base_ref.x",
           "github.event.commits[0].id", "github.event.commits[ 1 ].message", "github.event.commits[3]",
           "github.event.commits[-1]", "github.event.commits[0.9].id", "github.event.commits[1.5].id",
           "github.event.commits['0'].id", "github.event.commits['1'].id", "github.event.commits[' 1 '].id",
           "github.event.commits['x']", "github.event.commits[true].id", "github.event.commits[false].id",
           "github.event.commits[null].id", "github.event.commits[NaN]", "github.event.commits['']",
           "github.event.commits[1e400]", "github.event.commits[github.run_attempt].id",
           "github.event.commits[github.run_number]", "github.event.commits['length']", "github.event.commits.length",
           "github.event.commits.id", "github.event.commits[github]", "github[0]", "github[true]", "github[null]",
           "github[github]", "matrix[matrix.none]", "matrix['nested']['deep'].er[2][1]", "matrix.nested.deep.er[2]",
           "matrix.nested.deep.er[1]", "matrix.nested.deep['er'][0]", "matrix.list[5].k", "matrix.list[5]['K']",
           "matrix.list[3]", "matrix.list[4]", "needs.lint-all.result", "needs['lint-all'].result", "needs.build.outputs.tag",
           "needs.build.outputs['tag']", "needs.build.outputs.none", "needs.nothing.result", "vars.mixed_case",
           "vars.MIXED_CASE", "inputs.any", "steps.deploy.outputs.url", "steps.other.outputs.url", "foo", "foo.bar", "Foo()",
           "github.", "github..ref", ".ref", "github.'ref'", "github.1", "github.ref-name", "github.-ref", "github._x",
           "github.ref()", "github['ref'", "github[]", "github['a' 'b']", "github['a', 'b']", "github[1 == 1]",
           "github . ref", "github .ref", "github. ref", "github[ format('r{0}', 'ef') ]", "github[env.missing]",
           "(github).ref", "(github.event).commits[0].id", "((github)).ref", "'a'.b", "'a'[0]", "1.b", "true.a", "null.a",
           "null[0]", "(null).a", "(null)[0]", "('a')[0]", "('a').length", "fromJSON(env.JSON).a[1]", "fromJSON(env.LIST)[0]",
           "fromJSON('[1,2]')[1]", "fromJSON('{\"A\":1}').a", "fromJSON('{\"A\":1}')['a']", "fromJSON('{\"a\":1,\"A\":2}').A",
           "github.true", "github.null", "github.event.true", "matrix.none", "matrix.none.a", "matrix.flag.a", "matrix.node[0]",
           "env.EMPTY", "env.SPACE", "env['TEXT']", "secrets.TOKEN", "secrets.OTHER", "secrets['token']", "job", "runner.os",
           "strategy", "jobs", "hashFiles", "env.if", "env.env", "env.a-b", "env.a_b", "env.a1", "env.1a", "env.ä"]

FILTERS = ["github.event.commits.*", "github.event.commits.*.id", "github.event.commits.*.message",
           "github.event.commits[*].id", "github.event.commits.*.added", "github.event.commits.*.added.*",
           "github.event.commits.*.added[0]", "github.event.commits.*.added[1]", "github.event.commits.*['id']",
           "github.event.commits.*.missing", "github.event.commits.*.id[0]", "github.event.commits[0].*",
           "github.event.commits.*.*", "github.event.commits.*.id.*", "github.*", "github.event.head_commit.*",
           "github.event.head_commit.*.name", "needs.*.result", "needs.*.outputs.tag", "needs.*.outputs", "needs.*.outputs.*",
           "needs[*].result", "env.*", "matrix.list.*", "matrix.list.*.k", "matrix.nested.*.er", "matrix.nested.*.er.*",
           "matrix.nested.deep.er.*", "matrix.nested.deep.er.*[0]", "matrix.nested.deep.er.*.*", "matrix.missing.*",
           "matrix.missing.*.x", "matrix.os.*", "matrix.node.*", "matrix.none.*", "inputs.*", "steps.*.outputs.url",
           "(github.event.commits.*).id", "(github.event.commits.*)[0]", "(github.event.commits.*)[0].id",
           "github.event.commits.*[0]", "github.event.commits.*[0].id", "*", "*.a", "github.*.*", "github.* .id", "github[ * ]",
           "github.**", "github.event.commits.*.ID", "fromJSON('[{\"a\":1},{\"a\":2}]').*.a",
           "fromJSON('{\"x\":{\"a\":1},\"y\":{\"a\":2}}').*.a", "fromJSON('[[1,2],[3]]').*[0]", "fromJSON('[[1,2],[3]]').*.*",
           "fromJSON('[]').*", "fromJSON('[]').*.a", "fromJSON('{}').*", "fromJSON('5').*", "join(needs.*.result, ' ')",
           "contains(needs.*.result, 'failure')", "contains(needs.*.result, 'FAILURE')", "contains(needs.*.result, 'cancelled')",
           "contains(github.event.commits.*.message, 'one')", "contains(github.event.commits.*.added.*, 'c.md')",
           "toJSON(needs.*.result)", "toJSON(github.event.commits.*.id)", "join(github.event.commits.*.id)",
           "github.event.commits.*.id == github.event.commits.*.id", "needs.* && true", "!needs.*"]

DISPATCH = ["inputs.dry_run", "inputs.dry_run == false", "inputs.dry_run == 'false'", "inputs.force == 'true'",
            "inputs.force == true", "github.event.inputs.dry_run == 'false'", "github.event.inputs.dry_run == false",
            "inputs.count == '3'", "inputs.count == 3", "github.event.inputs.count == 3", "inputs.ratio", "inputs.ratio < 0",
            "inputs.empty == null", "inputs.zero == ''", "inputs.zero == inputs.empty", "inputs.missing == inputs.empty",
            "inputs.missing == false", "inputs.big", "format('{0}', inputs.big)", "format('{0}', inputs.tiny)",
            "format('{0}', inputs.long)", "format('{0}', inputs.ratio)", "toJSON(inputs)", "toJSON(inputs.big)",
            "toJSON(inputs.tiny)", "toJSON(inputs.long)", "join(inputs.*, ',')", "inputs.environment == 'Production'",
            "contains(fromJSON('[\"staging\", \"production\"]'), inputs.environment)", "inputs.force && 'yes' || 'no'",
            "inputs.dry_run && 'yes' || 'no'", "!inputs.dry_run", "github.ref_type == 'tag'", "matrix.include.*.app",
            "matrix.include.*.env", "matrix.include.*.extra.x", "matrix.include[1].keep", "matrix.rows.*", "matrix.rows.*.*",
            "matrix.rows.*[0]", "matrix.rows[0][1]", "matrix.rows[3][0][0]", "matrix.empty", "matrix.empty[0]", "matrix.object",
            "matrix.object.a", "matrix.people.*.age", "matrix.people.*", "matrix.people.*.name", "matrix.people.ann.age == 3",
            "toJSON(matrix.people)", "toJSON(matrix.empty)", "toJSON(matrix.object)", "toJSON(matrix.rows)",
            "join(matrix.rows.*, '-')", "join(matrix.include.*.app, ' ')", "contains(matrix.include.*.env, 'STAGING')",
            "contains(matrix.rows, matrix.rows[0])", "contains(matrix.empty, null)", "matrix.rows == matrix.rows",
            "matrix.object == matrix.object", "matrix.rows == matrix.include", "matrix.empty || 'x'", "matrix.object && 1",
            "!matrix.empty", "vars.x", "needs", "toJSON(needs)", "case(inputs.force, 'a', 'b')",
            "case(inputs.dry_run, 'a', inputs.force, 'b', 'c')", "case(inputs.dry_run, 'a', 'b')"]

FUNCTIONS = [
    # contains, startsWith, endsWith
    "contains('Hello world', 'llo')", "contains('Hello', 'HELLO')", "contains('', '')", "contains('a', '')", "contains('', 'a')",
    "contains(null, '')", "contains(null, 'null')", "contains(true, 'ru')", "contains(123, 2)", "contains('1.50', 1.5)",
    "contains(1.50, '5')", "contains(matrix.list, 'b')", "contains(matrix.list, 3)", "contains(matrix.list, '3')",
    "contains(matrix.list, null)", "contains(matrix.list, '')", "contains(matrix.list, 0)", "contains(matrix.list, true)",
    "contains(matrix.list, 'true')", "contains(matrix.list, 1)", "contains(matrix.list, matrix.list[5])",
    "contains(matrix.list, matrix)", "contains(matrix, 'os')", "contains(github, 'push')", "contains('a', matrix)",
    "contains(env.UNI, 'GRÖSSE')", "contains(env.UNI, 'größe')", "contains('ABC', 'abc')", "contains('ß', 'SS')", "contains('a')",
    "contains()", "contains('a', 'b', 'c')", "contains('refs/tags/v1', 'TAGS')", "contains(github.event.head_commit.message, '#12')",
    "contains(fromJSON('[\"push\", \"pull_request\"]'), github.event_name)", "contains(fromJSON('[1,2]'), 2)",
    "contains(fromJSON('[[1]]'), 1)", "contains(fromJSON('[NaN]'), 1)", "startsWith('Hello', 'he')", "startsWith('Hello', '')",
    "startsWith('', 'a')", "startsWith(github.ref, 'refs/heads/')", "startsWith(github.ref, 'refs/tags/')", "startsWith(123, 12)",
    "startsWith(null, '')", "startsWith(null, 'n')", "startsWith(true, 't')", "startsWith(matrix, 'O')", "startsWith('a', matrix)",
    "startsWith('abc', 'abcd')", "startsWith(matrix.list, 'a')", "startsWith('a')", "startsWith()", "endsWith('Hello', 'LO')",
    "endsWith('Hello', '')", "endsWith('', 'a')", "endsWith('file.md', '.MD')", "endsWith(1.5, 5)", "endsWith(1.50, 0)",
    "endsWith(false, 'se')", "endsWith(matrix, 't')", "endsWith('a', 'b', 'c')", "STARTSWITH('a', 'a')", "endswith('a', 'a')",
    "Contains('a', 'a')", "contains ('a', 'a')", "contains('a' , 'a' )", "contains(\n'a',\n'a')", "contains('a' 'a')",
    "contains('a',, 'a')", "contains(, 'a')", "contains('a', 'a',)", "contains('a', ('a'))",
    # format
    "format('Hello {0}', 'Mona')", "format('{0} {1} {0}', 'a', 'b')", "format('{1}', 'a')", "format('{0}')", "format('plain')",
    "format('{{0}}', 'a')", "format('{{{0}}}', 'a')", "format('{', 'a')", "format('}', 'a')", "format('{}', 'a')",
    "format('{a}', 'a')", "format('{0:x}', 'a')", "format('{ 0}', 'a')", "format('{0 }', 'a')", "format('{-1}', 'a')",
    "format('{00}', 'a')", "format('{1', 'a', 'b')", "format('{0}{1}', null, true)", "format('{0}', 1.50)", "format('{0}', 1e21)",
    "format('{0}', -0)", "format('{0}', 0.1)", "format('{0}', 1e-7)", "format('{0}', NaN)", "format('{0}', Infinity)",
    "format('{0}', -Infinity)", "format('{0}', matrix)", "format('{0}', matrix.list)", "format('{0}', '{0}')", "format('it''s {0}', 'a')",
    "format(env.BRACE, 'x')", "format(null)", "format(null, 'a')", "format(5)", "format(matrix)", "format()", "format('{0}', )",
    "format('{255}', 'a')", "format('{99999999999999999999}', 'a')", "format('{0}{0}{0}', 1)", "format('}}{{')", "format('a}}b', 1)",
    "format('{0,5}', 'a')", "format('{0}', 12345678901234567890)", "format('{0}', 0.30000000000000004)", "format('{0}', 33.333333333333336)",
    "format('{0}', 123456789012.123456789)", "format('{0}', 100)", "format('{0}', 1e15)", "format('{0}', 1e20)", "format('{{{{', 1)",
    # join
    "join(matrix.list)", "join(matrix.list, ', ')", "join(matrix.list, '')", "join(matrix.list, null)", "join(matrix.list, 1)",
    "join(matrix.list, matrix)", "join('abc')", "join('abc', '-')", "join(null)", "join(true, '-')", "join(1.50)", "join(matrix)",
    "join(github.event.commits[1].added)", "join(github.event.commits[0].added, ' ')", "join(fromJSON(env.LIST), '/')", "join()",
    "join('a', 'b', 'c')", "join(fromJSON('[[1],{}]'))", "join(fromJSON('[1.50, -0, 1e3]'), ' ')",
    # toJSON, fromJSON
    "toJSON('a')", "toJSON('it\"s \\ /')", "toJSON(1)", "toJSON(1.50)", "toJSON(-0)", "toJSON(1e21)", "toJSON(1e-7)", "toJSON(NaN)",
    "toJSON(Infinity)", "toJSON(null)", "toJSON(true)", "toJSON(matrix.list)", "toJSON(matrix.nested)", "toJSON(github.event.head_commit)",
    "toJSON(env.UNI)", "toJSON('a\nb\tc')", "toJSON('')", "toJSON(fromJSON('[]'))", "toJSON(fromJSON('{}'))", "toJSON(fromJSON('[[],{}]'))",
    "toJSON(fromJSON('{\"b\":1,\"a\":[2,{\"c\":null}]}'))", "toJSON(vars)", "toJSON()", "toJSON('a', 'b')", "tojson(1)", "ToJson(1)",
    "toJSON('🚀')", "toJSON('\u0001')", "toJSON('<>&')", "toJSON('\u2028')",
    "fromJSON('1')", "fromJSON('1.50')", "fromJSON('-0')", "fromJSON('\"a\"')", "fromJSON('null')", "fromJSON('true')", "fromJSON('[1, 2]')",
    "fromJSON('{\"a\": {\"b\": [true]}}')", "fromJSON('')", "fromJSON(' ')", "fromJSON('{')", "fromJSON('nope')", "fromJSON('[1,]')",
    "fromJSON('{\"a\":1,}')", "fromJSON(\"1\")", "fromJSON('''a''')", "fromJSON(null)", "fromJSON(1)", "fromJSON(true)", "fromJSON(matrix)",
    "fromJSON('01')", "fromJSON('+1')", "fromJSON('.5')", "fromJSON('1e3')", "fromJSON('1 2')", "fromJSON(' [1] ')", "fromJSON('// a\n1')",
    "fromJSON('{\"a\":1,\"a\":2}').a", "fromJSON('NaN')", "fromJSON('Infinity')", "fromJSON('undefined')", "fromJSON('\"\\u00e9\"')",
    "fromJSON('\"\\ud83d\\ude80\"')", "fromJSON('\"\\x\"')", "fromJSON('\"a\nb\"')", "fromJSON(env.JSON)", "fromJSON(env.LIST)[1]",
    "fromJSON(toJSON(matrix.nested)).deep.er[0]", "fromJSON(toJSON('a'))", "fromJSON(env.TRUE)", "fromJSON(env.ZERO)", "fromJSON(env.ONE) == 1",
    "fromJSON(env.NEG)", "fromJSON('[' )", "fromJSON()", "fromJSON('1', '2')", "fromJSON('12345678901234567890')", "fromJSON('1e400')",
    "fromJSON('\"\"')", "fromJSON('[\"a\",\"A\"]')", "fromJSON('\"\t\"')", "fromJSON('tru')", "fromJSON('True')",
    # case
    "case(true, 'a', 'b')", "case(false, 'a', 'b')", "case(false, 'a', true, 'b', 'c')", "case(false, 1, false, 2, 3)",
    "case(1, 'a', 'b')", "case('true', 'a', 'b')", "case(null, 'a', 'b')", "case(1 == 1, 'a', 'b')", "case(github.ref_name == 'main', 'prod', 'dev')",
    "case(true, 'a')", "case(true, 'a', false, 'b')", "case()", "case(true)", "case(true, fromJSON('x'), 'b')", "case(false, fromJSON('x'), 'b')",
    "CASE(true, 1, 2)", "case(false, 'a', 1, 'b', 'c')", "case(true, 'a', 1, 'b', 'c')", "case(matrix.flag, 1, 0)", "case(env.TRUE, 1, 0)",
    # what is no function here
    "success()", "failure()", "always()", "hashFiles('a')", "upper('a')", "github()", "contains", "contains.a", "()", "f(", "f)", "format('a'",
    "lower('A')", "trim(' a ')", "length('a')", "replace('a', 'b', 'c')", "split('a', ',')", "toString(1)", "substring('a', 1)",
]


def text():
    push = list(LITERALS) + list(PRECEDENCE) + list(LOOKUPS) + list(FILTERS) + list(FUNCTIONS)
    push += [f"{a} {op} {b}" for a in OPERANDS for b in OPERANDS for op in COMPARED]
    push += [f"{a} {op} {b}" for a in OPERANDS[:16:3] for b in OPERANDS for op in ("&&", "||", ">", "<=")]
    push += [f"!{a}" for a in OPERANDS] + [f"{a} && 1 || 2" for a in OPERANDS]
    push += [f"format('{{0}}|', {a})" for a in OPERANDS]
    push += NUMBERS + [f"format('{{0}}', {n})" for n in NUMBERS] + [f"{n} == {n}" for n in NUMBERS[:12]]
    push += [f"'{t}' == 0" for t in NUMBER_TEXTS] + [f"'{t}' < 2" for t in NUMBER_TEXTS] + [f"'{t}' >= 1" for t in NUMBER_TEXTS]
    push += [f"'a' {op} '{other}'" for op in ("<", ">", "<=", ">=") for other in ("A", "b", "B", "aa", "", "_", "Z", "ä", "-")]
    push += limits() + drawn(Random(SEED))
    lists = {"push": list(dict.fromkeys(push)), "dispatch": list(dict.fromkeys(DISPATCH))}
    return json.dumps({"contexts": CONTEXTS, "expressions": lists}, indent=1, ensure_ascii=True) + "\n"


def limits():
    """How deep and how long an expression may be."""
    return ["(" * n + "1" + ")" * n for n in (48, 49, 50, 51)] + ["!" * n + "1" for n in (48, 50, 51, 52)] + [
        "'" + "a" * 20998 + "'", "'" + "a" * 20999 + "'", " && ".join(["1"] * 200), " || ".join(["0"] * 200),
        "github" + ".a" * 48, "github" + ".a" * 51, "github" + "['a']" * 30, " == ".join(["1"] * 120),
        "format('{0}'" + ", 1" * 254 + ")", "format('{0}'" + ", 1" * 255 + ")", "join(" * 20 + "'a'" + ")" * 20,
        "join(" * 51 + "'a'" + ")" * 51]


def drawn(random, count=420):
    """Expressions of a random shape: most are right, some have a token too many, too few or astray."""
    atoms = ["github.ref", "github.event_name", "github.event.commits.*.id", "needs.build.result", "needs.*.result", "env.TEXT",
             "env.ZERO", "matrix.node", "matrix.flag", "matrix.none", "matrix.list", "vars.DEPLOY", "github.event.missing", "'main'",
             "'push'", "'success'", "'0'", "''", "1", "20", "-2.5", "0x14", "true", "false", "null", "'it''s'"]

    def tree(depth):
        kind = random.random()
        if depth == 0 or kind < 0.25:
            return random.choice(atoms)
        if kind < 0.55:
            return f"{tree(depth - 1)} {random.choice(['==', '!=', '<', '>', '<=', '>=', '&&', '||'])} {tree(depth - 1)}"
        if kind < 0.65:
            return f"!{tree(depth - 1)}"
        if kind < 0.75:
            return f"({tree(depth - 1)})"
        name, count_of = random.choice([("contains", 2), ("startsWith", 2), ("endsWith", 2), ("format", 3), ("join", 2), ("toJSON", 1),
                                        ("case", 3)])
        arguments = [tree(depth - 1) for _ in range(count_of)]
        if name == "format":
            arguments[0] = random.choice(["'{0}-{1}'", "'{1}{0}'", "'{{{0}}}'", "'{2}'"])
        if name == "case":
            arguments[0] = f"{arguments[0]} == {random.choice(atoms)}"
        return f"{name}({', '.join(arguments)})"

    made = []
    for _ in range(count):
        expression = tree(random.choice([1, 2, 2, 3]))
        if random.random() < 0.2:
            at = random.randrange(len(expression))
            expression = random.choice([expression[:at], expression[:at] + expression[at + 1:],
                                        expression[:at] + random.choice("()[]'.,!=&|*- ") + expression[at:]])
        made.append(expression)
    return made
