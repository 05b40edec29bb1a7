// Answers of npm @actions/expressions 0.3.61, GitHub's own evaluator, recorded: what ours must say.
#pragma once

#include <string_view>

namespace landfall {

/// What the expressions of the tables may name.
constexpr std::string_view recorded_contexts = R"x({
 "github": {"ref":"refs/heads/main","ref_name":"main","event_name":"push","run_number":"42","token":null,"actor":"Ünïcode","event":{"inputs":{"environment":"Prod","count":3,"dry":true,"empty":""},"commits":[{"id":"a1","author":{"name":"x"},"tags":["t1","t2"]},{"id":"b2","author":{"name":"Y"}},7,null,[1,2,{"id":"deep"}]],"before":"0000","labels":[{"name":"Bug"},{"name":"deploy"}]}},
 "env": {"A":"1","B":"0x1F","C":" 12 ","D":"","E":"abc","F":"1e3","G":"-5","H":"Infinity","I":"ABC"},
 "matrix": {"os":["ubuntu","windows"],"node":16.5,"big":1e+21,"tiny":1e-07,"neg":-0.5,"list":[3,1,2],"t":true,"f":false,"z":0,"obj":{"k":{"k2":"v"},"K3":[]}},
 "inputs": {},
 "nul": null,
 "num": 5,
 "str": "hello",
 "needs": {"build":{"result":"success","outputs":{"v":"1.0","json":"{\"a\":[1,{\"b\":null}]}"}}}
})x";

/// An expression a line, what it is, its value as JSON; or `fails` where evaluation stops.
constexpr std::string_view recorded_values = R"x(github.event.commits.*.id  ->  Array ["a1","b2"]
github.event.commits[*].tags  ->  Array [["t1","t2"]]
github[env.E]  ->  Null null
matrix.os  ->  Array ["ubuntu","windows"]
matrix.os['1']  ->  String "windows"
matrix.os[-1]  ->  Null null
matrix.obj.k.K2  ->  String "v"
matrix.*  ->  Array [["ubuntu","windows"],16.5,1e+21,1e-7,-0.5,[3,1,2],true,false,0,{"k":{"k2":"v"},"K3":[]}]
matrix.big  ->  Number 1e+21
matrix.z  ->  Number 0
matrix.f  ->  Boolean false
env.B  ->  String "0x1F"
env.D  ->  String ""
env.F  ->  String "1e3"
env.I  ->  String "ABC"
nul.*  ->  Array []
inputs  ->  Object {}
needs.*.result  ->  Array ["success"]
fromJson('[1,[2,3],{"x":4}]').*  ->  Array [1,[2,3],{"x":4}]
(github).event_name  ->  String "push"
'a''b'  ->  String "a'b"
'{0}'  ->  String "{0}"
'{0'  ->  String "{0"
'true'  ->  String "true"
'STRASSE'  ->  String "STRASSE"
'É'  ->  String "É"
'nul'  ->  String "nul"
-1  ->  Number -1
0o17  ->  Number 15
.5  ->  Number 0.5
1E-7  ->  Number 1e-7
-Infinity  ->  Number "-Infinity"
123456789012345678901234567890  ->  Number 1.2345678901234568e+29
2.5e-15  ->  Number 2.5e-15
github .ref  ->  String "refs/heads/main"
'1' == str.x  ->  Boolean false
fromJSON(case(true,'0x10' > env.A,format('{{{0}}}', 'refs/heads/main', github.event.commits.*.author.name)))  ->  Boolean false
(env.nope)  ->  Null null
needs.build.outputs.json||1E-7  ->  String "{\"a\":[1,{\"b\":null}]}"
env.C < matrix.f<1E-7  ->  Boolean true
fromJSON(format('x{0:z}y', +Infinity, 'STRASSE'))  ->  fails
('' && null)['a']  ->  Null null
case(false,true,-Infinity) != format('{1} {0}', inputs)  ->  fails
(!0x1f > '1'>=env.I)  ->  Boolean false
0b11 || github == !!'abc'>=0o17  ->  Number 3
! github==!github[env.E]  ->  Boolean false
fromJson('[1,[2,3],{"x":4}]').* > github.event.* && 5. == github.event  ->  Boolean false
('{"a":1,"B":[trunull]}'==needs.*.resul).x  ->  Null null
(env.H&&matrix.os['1'])[github.event] == ((env.E)['a']).x  ->  Boolean true
startswith('1', 'abc')==startsWith(1e400, 1e400)  ->  Boolean false
('nul')[0.1]&&('{{}}')  ->  Null null
(0x1f)  ->  Number 31
(github.event.inputs.environment)  ->  String "Prod"
endsWith(''!='main' && toJSON(1e3), +5)  ->  Boolean false
!!join(! env.nope)  ->  Boolean true
format('{{{0}}}', startswith(false, +5), ! fromJSON(needs.build.outputs.json).a[1].b)  ->  String "{false}"
('é' != github.actor)  ->  Boolean true
fromJSON(toJSON(1e3))  ->  Number 1000
!!('1').*.id == format((github.event.commits), toJSON(num), matrix.os[null])  ->  Boolean false
(join(0.1 || env[0]))  ->  String "0.1"
format('{0}', join(matrix.node, fromJSON(needs.build.outputs.json).a[1].b), !!0) < env.A  ->  Boolean false
(join(format('a}}b', -1e400))).*  ->  Array []
(0o17 || github.event.commits[*].tags)  ->  Number 15
case(false,startswith(1.5, false),(matrix.os[null]))  ->  String "ubuntu"
tojson(fromjson(1))  ->  String "1"
'STRASSE'==('nul')  ->  Boolean false
tojson(fromjson(toJSON(GitHub.Ref)))  ->  String "\"refs/heads/main\""
1E-7 == 1e-16  ->  Boolean false
matrix.os[99] != -Infinity||+Infinity!=fromJson('[1,[2,3],{"x":4}]').*  ->  Boolean true
'{"a":1,"B":[true,null]}' && needs.*.result  ->  Array ["success"]
format('{{{0}}}', 'É')&&(1e3).*  ->  Array []
1.2345678901234567!=github.event.commits.*.author.name  ->  Boolean true
(env.F && 'refs/heads/main'==-1e-400||fromJSON(needs.build.outputs.json).a[1].b)  ->  Null null
'[1,2]' != '{0}'  ->  Boolean true
endsWith(true, 1e-16)  ->  Boolean false
!!0b11  ->  Boolean true
(env.B)  ->  String "0x1F"
toJSON('STRASSE')==inputs.x.y || matrix.os[1]  ->  String "windows"
(github.actor)[env.F]  ->  Null null
(-1e-400).x  ->  Null null
toJSON(1e400) || contains(case(true,matrix.big,GitHub.Ref), startsWith(matrix.node, '{{}}'))  ->  String "null"
format('{0}', join(0x1f==matrix.os[true]))  ->  String "false"
2.5e-15 == inputs  ->  Boolean false
github['ref']==!0.0000152587890625&&matrix.list.*  ->  Boolean false
case(true,format('{', str.*, github.event.inputs.environment),!github.event.inputs.environment)  ->  fails
env['A'] == (matrix.*) <= endsWith('Straße', 123.4560000)  ->  Boolean false
!!matrix.node!=('[1,2]')  ->  Boolean true
github.event.commits.*.id && +5 <= '' != env.H  ->  Boolean true
matrix.tiny>=case(env.G,'[1,2]',str)  ->  fails
matrix.t != '{0' == 'É' && (case(false,'{0}-{1}',github.event.commits.*.author.name))  ->  Boolean false
format('{0}{2}', matrix.os[1.9])  ->  fails
CONTAINS(1e3 || matrix.os[1], '{0}')  ->  Boolean false
-Infinity == inputs.x.y < 1E-7  ->  Boolean false
endsWith(env.A, format('{1} {0}', '')=='É')  ->  fails
case((github.GITHUB)[0],case(matrix.os,env.A,5.),(github).event_name!=matrix.obj.k.K2)  ->  fails
startswith(github['ref'], 'é') && format('{0}{2}', matrix.os['1'], github.actor)  ->  Boolean false
format('{', str.*)  ->  fails
format('}', env['A'] != -0)  ->  fails
inputs&&1  ->  Number 1
00000152587890625||(matrix.os[1])  ->  Number 152587890625
github.event.commits[*].tags != matrix.os[99]<1.0000000000000001 != 5.  ->  Boolean true
'true' || env.A  ->  String "true"
case(env[0] > 'true' == ! 0o17,needs.*.result>=matrix.obj.k.K2,'{{}}' == inputs.x.y)  ->  Boolean false
'main'==GitHub.Ref || (1.0000000000000001)  ->  Number 1
' 1'!=env[0]  ->  Boolean true
case(format('{', env.H),'ABC' == matrix.f==join(github, false),str.* && env.H&&('refs/heads/main'))  ->  fails
fromJSON(matrix.os[true])  ->  fails
(toJSON(matrix.obj.*))  ->  String "[\n  {\n    \"k2\": \"v\"\n  },\n  []\n]"
case(1.5 == '',github.ref,false)>=endsWith(0, nul.*)  ->  Boolean true
!!'É'  ->  Boolean true
case(format('a}}b', (matrix.os), !'refs/heads/main'),env.G,matrix.os[99])  ->  fails
format('{{{0}}}', matrix.*)==env.H&&'0x10'!=CONTAINS(! 1.2345678901234567, ('abc'))  ->  Boolean false
toJSON((github.GITHUB != github.event.commits[*].tags))  ->  String "true"
CONTAINS(1e400, GitHub.Ref)!=endsWith(matrix.os[1.9 ], 'é')  ->  Boolean false
format('{{{0}}}', github.actor)>=join(GitHub.Ref)  ->  Boolean true
(format('x{0:z}1.2.3y', 0o17, ''))['a'] && CONTAINS(format('a}}b', ' 1 ', 0o17), (0))  ->  Null null
'{"a":1,"B":[true,n}ull]}'  ->  String "{\"a\":1,\"B\":[true,n}ull]}"
!'{0' || github.event.inputs.environment  ->  String "Prod"
format('a}}b', case(true,+5,'{{}}')||1e-16, ! format('{0}', 1))  ->  String "a}b"
(env.D > str)[*].name  ->  Array []
case(false,github.event.commits,0b11) || contains(1e-16, env.D)  ->  Number 3
'a''b' >= env.H && !!1E-7  ->  Boolean false
!!format('{0}', null&&github.event.inputs.environment, needs.build.outputs.json==matrix.os[-1])  ->  Boolean false
toJSON(fromJSON(needs.build.outputs.json).a[1].b!=9007199254740993 == -1)  ->  String "false"
'--1true'  ->  String "--1true"
github[env.E] >= matrix.os[1.9]&&nul.* > 'STRASSE' || env.D == env.A  ->  Boolean false
format('{0}', fromJSON('{"x":[{"y":1},{"y":2}]}').x.*.y)  ->  String "Array"
case(true,startswith(0.000001, matrix.os[99]),matrix.big != env[0])  ->  Boolean true
(toJSON('{0')!=format('{1} {0}', 0o17))[Infinity]  ->  fails
!fromJSON(toJSON(join(matrix.z)))  ->  Boolean false
!1e-16  ->  Boolean false
!!(endsWith('abc', 'main'))  ->  Boolean false
((matrix.z))  ->  Number 0
case(false,'{0}-{1}',CONTAINS(-0, matrix.obj.k.K2))  ->  Boolean false
startsWith(env.G, matrix.big)||inputs!='{0}-{github.a-b_c1}'  ->  Boolean true
'Straße'!=0.0000152587890625  ->  Boolean true
case(matrix.node,nul,9007199254740993)  ->  fails
matrix.f==0o17||('')||toJSON('1'&&1E-7)  ->  String "1e-7"
env.H <= matrix.list.*  ->  Boolean false
!matrix.os  ->  Boolean false
tojson(fromjson(case(env.I == github.event.*,fromJson('[1,[2,3],{"x":4}]').*,.5)==matrix.node!=1.5))  ->  String "true"
fromJSON(endsWith(case('nul' == .5,fromJSON(needs.build.outputs.json),matrix.os[1.9]), Infinity))  ->  Boolean false
(!contains(matrix.big, env.H))  ->  Boolean true
github.event.commits.*.id!=' 1 '  ->  Boolean true
tojson(fromjson(github.event.commits && 9007199254740993 && inputs.x.y != 'É'))  ->  String "true"
startsWith(!!github[env.E]!=('abc').*, case(true,0x1f,-1e-400) > ! 'ABC')  ->  Boolean true
nul.* == !!(matrix.os[-1])['a']  ->  Boolean false
(0o17)  ->  Number 15
toJSON(needs.*.result) && matrix.obj.k.K2 == '{"a":1,"B":[true,null]}'  ->  Boolean false
(format('}', 0.000001, env['A'])).*  ->  fails
startswith(str || env.F, case(github.event.inputs.environment,-0,github.event.*))  ->  fails
 '-é'  ->  String "-é"
env.G != 'nul'&&1.5==env['A']  ->  Boolean false
toJSON((1.0000000000000001))  ->  String "1"
startswith(0x1f, ' 1 ')  ->  Boolean false
case(false,'{"a":1,"B":[true,null]}',' 1 ')  ->  String " 1 "
fromJSON(toJSON(needs.build.outputs.json))  ->  String "{\"a\":[1,{\"b\":null}]}"
github.event.commits.*.tags.* >= nul.*||1.5 <= (5.<matrix.list.*)  ->  Boolean false
1.2345678901234567 && 'É' > !1e3  ->  Boolean false
fromJSON(toJSON('[1,2]'))  ->  String "[1,2]"
'STRASSE' && matrix.*  ->  Array [["ubuntu","windows"],16.5,1e+21,1e-7,-0.5,[3,1,2],true,false,0,{"k":{"k2":"v"},"K3":[]}]
fromJSON(github.event.commits.*.author.name == 1.2345678901234567) != ((env.E))  ->  Boolean true
format('{{{0}}}', join((env.D)), (case(false,'0x10',github.event.commits.*.tags.*)).x)  ->  String "{}"
!!case(('a''b')[*].name == case(nul,' 1 ',env.G),'{0' || true,case(1e-16 == env.nope,matrix.node,true))  ->  fails
fromJSON(1.0000000000000001)  ->  Number 1
github.event.commits==0.0000152587890625  ->  Boolean false
case('[1,2]',123.4560000,null) >= -1e-400  ->  fails
join(fromJSON(toJSON(Infinity)))  ->  String ""
toJSON(fromJSON(needs.build.outputs.json))  ->  String "{\n  \"a\": [\n    1,\n    {\n      \"b\": null\n    }\n  ]\n}"
!('re/heads/in').*  ->  Boolean false
.5||str.x  ->  Number 0.5
(contains(('a''b')['a'], num))[0]  ->  Null null
nul.* == toJSON(1)  ->  Boolean false
fromJson('[1,[2,3],{"x":4}]').* == 1e-16  ->  Boolean false
startsWith(1.2345678901234567, github.event.commits[*].tags)  ->  Boolean false
contains(github.event.commits.*.id == env.E, 1 || 'é')  ->  Boolean false
'refs/heads/main'!=matrix.neg  ->  Boolean true
1e3 == (join(123.4560000, 'refs/heads/main')).*  ->  Boolean false
tojson(fromjson(endsWith(matrix.os[true], .5))) || +Infinity  ->  String "false"
! env.E||env.B || (github).event_name == github.event  ->  String "0x1F"
fromJSON(nul!=null) == github['ref']||+Infinity!=true  ->  Boolean true
github[env.E]>=env.A  ->  Boolean false
fromJSON(toJSON(case(null,github.event.inputs.environment,'a''b') && tojson(fromjson(false))))  ->  fails
toJSON(0.1 <= (+Infinity).*)  ->  String "false"
!!matrix.obj.k.K2  ->  Boolean true
startsWith(str >= Infinity, 1.0000000000000001!=1e3)  ->  Boolean false
format('x{0:z}y', 'refs/heads/main', env.G)  ->  String "xrefs/heads/mainy"
'{0}'!=''||format('{a}', matrix.os['1'])  ->  Boolean true
matrix.big || -1&&! github.event.*  ->  Number 1e+21
'{{}}'!=GitHub.Ref>=NaN>=matrix.os[1.9]  ->  Boolean true
join(! env.G)  ->  String "false"
tojson(fromjson(! 0.000001&&((github).event_name)))  ->  String "false"
matrix.z || github.event.commits[0]  ->  Object {"id":"a1","author":{"name":"x"},"tags":["t1","t2"]}
github.actor||0.0000152587890625  ->  String "Ünïcode"
str && 1e400==fromJSON('{"x":[{"y":1},{"y":2}]}').x.*.y > matrix.os['1']  ->  Boolean false
format('{0}{2}', 'ABC', matrix.list.*)<toJSON('1')  ->  fails
(matrix.os['1'] != (fromJSON(needs.build.outputs.json).a[1].b)[0])  ->  Boolean true
CONTAINS(0x1f, str.x)&&.5  ->  Number 0.5
startsWith((needs.build.outputs.json)[*].name, (GitHub.Ref))  ->  Boolean false
tojson(fromjson(format('{1} {0}', case(true,github.event.inputs.environment,1), (true)[0])))  ->  fails
('{0}-{1}')[0] || env.nope||format('}', 1.0000000000000001)=='{0}-{1}'&&null  ->  fails
format('a}}b', !2.5e-15&&matrix.obj.k.K2, ('STRASSE'=='0x10')[0])  ->  String "a}b"
case('a''b',endsWith(github.event.commits.*.tags.*, env.F),matrix.os[1.9])  ->  fails
('[1,2]')  ->  String "[1,2]"
1 == 1 == 1  ->  Boolean true
3 > 2 > 1  ->  Boolean false
true == 'true'  ->  Boolean false
true == 1  ->  Boolean true
null == ''  ->  Boolean true
null == 0  ->  Boolean true
null == false  ->  Boolean true
'' == false  ->  Boolean true
'abc' == NaN  ->  Boolean false
NaN == NaN  ->  Boolean false
NaN != NaN  ->  Boolean true
NaN >= NaN  ->  Boolean false
'a' < 'B'  ->  Boolean true
'B' < 'a'  ->  Boolean false
'😀' < 'ａ'  ->  Boolean true
null < 1  ->  Boolean true
null >= null  ->  Boolean true
null > null  ->  Boolean false
true > false  ->  Boolean true
true >= true  ->  Boolean true
github == github  ->  Boolean true
github.event == github.event  ->  Boolean true
fromJSON('[]') == fromJSON('[]')  ->  Boolean false
matrix.list == matrix.os  ->  Boolean false
matrix.list < matrix.list  ->  Boolean false
matrix.list <= matrix.list  ->  Boolean true
matrix.list == ''  ->  Boolean false
!matrix.list  ->  Boolean false
!''  ->  Boolean true
!'0'  ->  Boolean false
!0  ->  Boolean true
!-0  ->  Boolean true
!NaN  ->  Boolean true
!null  ->  Boolean true
'a' && 'b'  ->  String "b"
'' && 'b'  ->  String ""
'a' || 'b'  ->  String "a"
null || '' || 0  ->  Number 0
false && fromJSON('')  ->  Boolean false
true || fromJSON('')  ->  Boolean true
fromJSON('') || true  ->  fails
contains(matrix.os, 'WINDOWS')  ->  Boolean true
contains(matrix.list, '3')  ->  Boolean true
contains('Hello', 'LL')  ->  Boolean true
contains(123.5, 3)  ->  Boolean true
contains(null, '')  ->  Boolean true
contains(matrix.obj, 'k')  ->  Boolean false
contains('Object', matrix.obj)  ->  Boolean false
startsWith('Hello', 'he')  ->  Boolean true
startsWith(123, 12)  ->  Boolean true
endsWith('Hello', 'LO')  ->  Boolean true
endsWith(matrix.os, 's')  ->  Boolean false
format('{0} {1} {0}', 'a', 2)  ->  String "a 2 a"
format('{{{0}}}', true)  ->  String "{true}"
format('{0}')  ->  fails
format('{', 1)  ->  fails
format('}', 1)  ->  fails
format('{-1}', 1)  ->  fails
format('{0:x}', 1)  ->  String "1"
format(matrix.os)  ->  String "Array"
format('{0}', matrix.os)  ->  String "Array"
format('{0}', matrix.obj)  ->  String "Object"
join(matrix.list)  ->  String "3,1,2"
join(matrix.list, '-')  ->  String "3-1-2"
join(matrix.list, matrix.os)  ->  String "3,1,2"
join('a', 'b')  ->  String "a"
join(matrix.obj)  ->  String ""
join(fromJSON('[[1],{},null,true,1.50]'), '|')  ->  String "Array|Object||true|1.5"
toJSON(matrix.obj)  ->  String "{\n  \"k\": {\n    \"k2\": \"v\"\n  },\n  \"K3\": []\n}"
toJSON('a"b')  ->  String "\"a\\\"b\""
toJSON(NaN)  ->  String "null"
toJSON(1e21)  ->  String "1e+21"
toJSON(1e-7)  ->  String "1e-7"
toJSON(-0)  ->  String "0"
fromJSON('1.50')  ->  Number 1.5
fromJSON('tru')  ->  fails
fromJSON('{"a":1,"A":2}').A  ->  Number 1
fromJSON('{"a":1,"a":2}').a  ->  Number 2
case(true, 1, 2)  ->  Number 1
case(false, 1, 2)  ->  Number 2
case(false, 1, true, 'b', 2)  ->  String "b"
case('x', 1, 2)  ->  fails
case(1 == 1, 'yes', 'no')  ->  String "yes"
0x1F  ->  Number 31
0b11  ->  Number 3
1e3  ->  Number 1000
-1.5e-3  ->  Number -0.0015
+5  ->  Number 5
5.  ->  Number 5
format('{0}', 0.1)  ->  String "0.1"
format('{0}', 1e21)  ->  String "1e+21"
format('{0}', 1e-7)  ->  String "1e-7"
format('{0}', 123456789.123456789)  ->  String "123456789.12345679"
format('{0}', 0.0000152587890625)  ->  String "0.000015258789063"
format('{0}', 1.0000000000000001)  ->  String "1"
format('{0}', -0)  ->  String "0"
'0x1F' == 31  ->  Boolean true
' 12 ' == 12  ->  Boolean true
'1_0' == 10  ->  Boolean false
'Infinity' == Infinity  ->  Boolean true
'' == 0  ->  Boolean true
'straße' == 'STRASSE'  ->  Boolean true
'ı' == 'I'  ->  Boolean false
'É' == 'é'  ->  Boolean true
contains('É', 'é')  ->  Boolean true
matrix.os[1.9]  ->  String "windows"
matrix.os[true]  ->  String "windows"
matrix.os[null]  ->  String "ubuntu"
matrix.os['']  ->  String "ubuntu"
str.x.y  ->  Null null
github.event.labels.*.name  ->  Array ["Bug","deploy"]
contains(github.event.labels.*.name, 'DEPLOY')  ->  Boolean true
github.event.commits.*.tags.*  ->  Array ["t1","t2"]
matrix.obj['K'].K2  ->  String "v"
(github).ref  ->  String "refs/heads/main"
contains('a','a',)  ->  Boolean true)x";

/// An expression a line that cannot be read, or names what is not there.
constexpr std::string_view recorded_refusals = R"x('
(
[
.
,
!
=
|
||
<=
github.
'a'b
é
"
{
-
0x
--1
x(
join()
format()
github.5
\
$
github.ref'x'
1'a'
*.x
github[*]*
null.x
((1
- 1
1_0
0B2
format('x}y', .5=null.x=matrix.*)
! 1 .5 || needs.build.output s.json
! ctains(matrix.list.github.a-b_c*, matrix.t) != matrix.z == false
toJ SON(1E-7) && format('x{0:z}y',  Infinity)
join(matrix.f) && fromJson('[1,[2,3],{"x":4}]').*&true&'Straße'
case(true,1e3 != N,env[0] < git hub)
-0 == '{0}'&&1.2345678901234567 <= (github.event.commits.*.t ags.* || 1.5)[0]
format('a}}b', github.event.commits.*.id, github1.2.3.event.commits.event.commits.*.*)
! gthub
toJSON(format('}', env[v['A']))
needs.*.resul((1t
fromJSON(toJSON(join(github.event, +Infinity))case(1,2))
! case(e,-0,github.event.commits[*].ta gs)
+5 || format('{a}', matrix.ob* )
toJSO(1e-16)&&env.B>=g ithub.event.*
case(false,! 'é',join(mgithub-refatrix.node, Gitub.Ref))
(Infinity || 123finity || 123.4560000 < toJSON(eeds.*.result)).*
('a'bgibgithub.GITHUB < 'main')
('' && fromJSON(needs.format()build.outputs.json).a[1].b)
case(false,9007199254740993 || github.event,9007199254740o80993= 0b11)
toJSON(matrixgithub.event.commits.*.*)
(join(env.G > fromJSON(nee ds.build.outputs.json).a[1].b, 0.000001 > 12345679012345678901234567890))
endsWith(!!+5, 1.234567890134567github..ref && 9007199254740993)
n ul
github.event.co mmits.*.autgithub.*.*hor.name <= true==matrix.tiny
(join(matrix.os[null], env.I) || jin(5., 'STRASSE'))
nfinity==env.H!=str.x
fromJSON(toJSON(matrix.f)) != (github.event.inputs.environment)!=!!tojson(fromjs(needs.build.outputs.json))
endsWith('ABC', matrix.o s[1.9])
str.*!=NaN == (st1r.x)
github.event.commits.*.* == fromJSON('{"x":[{"y":1},{"y"ON('{"x":[{"y":1},{"y":2}]}').x.*.y
'a''b'==false |
(github[env.E]) != en0xv .H!=1.5
endsdsWit h(2.5e-15, matrix.os[1] == nul.x)&&(1e400)
startswith(startswith(nufoo()l.*, 1.0000000000000001), 0 .1)
github.truestarth(github.event.commits.*.tags.*, matrix.os[null])
(((env.D == 5.).x)x)
1e4 |5.
con tains(0--1, false)
format('{', matrix.os[true], fr omJSON('{"x":[{"y":1},{"y":2}]}').x.*.y)
case(false,!!fromJSON(needs.build.outputs.json).a[1].b,matrix.z > 'STR}ASSE') != (123.4560000)[560000)[*].name
(0o17) == case(true,'refads/mainmatrix.os[-1]) > '0x10' == 'Straße'
env.C >= format('{{{0}}}'mat('{{{0}}}', !str, matrix.os['1'] && needs.*.result)
fromJSON(toJSON('nu l')
main'
(env.nope)[*].n ame
! format('{{{0}}}', 9007199254740993thub.eve)>='refs/heads/main' || 1e400
join(aN <= github.event.commits.*.id)
maatrix.os[99]!='{"a":1,"B":[true,null]}'
case(false,github.event.commits[*].tags,1e400&&env.I >= !1.0000000000github.*.*0001)
-Infinity < mtr.obj.* <= matrix.t
!!tojson(fromjson(case(true,matri' 1 ')))
tojson(fromjson(E-7&&str!=str.*||''))
! -Infiniity
nee.resu||0
contains(true&&NaN, ('{{}}')) != format('{a}', env.I,= 'nul') && startswith('1', '{0')
gith_ub.et.commits.*.*
NaN == matrix.* <= (matrix)[matrix.os[1]] != staswith((.5).*, 0.000001||'STRASSE')
fofoormat('{0}{2}', github[env.E]==inputs.x.y)
!needs.* ult
(fi nity).*
(!(1E-7)[1.23456781.2.3901234567]).*.id
(env.G).
('Straße' || ull) || 0x1f
contaneeds.build.outputs.json<0.1 != gitthub.event.commits[0], (matrix.os['1']||matrix.big).*.id)
(github.ref)==& github.ref
(startswith(0x1f, 'refs/heads/main')&&'{0}'0o8).*
format('{0}{2}', !!join(github.actor), ('{0}-{1}') <= !!0.000!join(github.actor), ('{0}-{1}') <= !!0.0001)
forma t('a}}b', env.
1 e
! 123.45600 00 || 1.5
!case(false,matrix.o s[990x],'1')
startsWith(format('{a}'(, 'refs/heads/main', github.GITHUB), matrix.node < 1E-7)
(nv.G)['a']
('ABC'))
! !env[']
(mat  rix.obj.*)[0]
case(nul.* == '{0}-{1}',fofoormat('x{ 0:z}y', str.*, 'nul')!=(github.event),('refs/heads/main'||false))
0x1f<1.234567890123456 7
mgithub.*.atrix.z
matri[1.9]||0b11!=contains(matrix.*, needs.*.result))x";

}  // namespace landfall
