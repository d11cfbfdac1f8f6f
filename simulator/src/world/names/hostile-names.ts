/**
 * Names that people and scanners really do put on resources, and that break whoever trusts them: markup, spreadsheet
 * formulas, text direction marks, emoji, fragments of query languages, control characters and length.
 */
export const hostileNames: readonly string[] = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(document.domain)>',
  "=cmd|'/c calc'!A0",
  '=HYPERLINK("http://127.0.0.1/?x="&A1,"open")',
  '+SUM(1+1)*cmd',
  '@SUM(A1:A9)',
  '-2+3+cmd',
  'gpj.\u202etxt.exe',
  '\u200fmirror\u200e-db\u2066\u2069',
  'payments-🔥-prod-👩‍💻',
  '数据库-生产-01',
  'Zürich-Straße-ñandú',
  "Robert'); DROP TABLE issues;--",
  `' OR 1=1 --`,
  '.. | env | halt',
  'a"b\\(env)c',
  '{{constructor.constructor("x")()}}',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a template that must not be filled in
  '${jndi:ldap://127.0.0.1/a}',
  '$(touch /tmp/owned)',
  '../../etc/passwd',
  'two\nlines, "quoted", and\ttabbed',
  '  leading and trailing  ',
  'null',
  'undefined',
  '__proto__',
  'constructor',
  'zero\u200bwidth\ufeffjoin',
  'e\u0301 combined / é composed',
  `long-${'x'.repeat(900)}`,
  '\u001b[31mred\u001b[0m',
]
