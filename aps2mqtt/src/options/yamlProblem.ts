import type { YAMLParseError } from 'yaml';

/** By the parser's code: its own words would quote the file, and there are secrets in it. */
const REASONS: Readonly<Partial<Record<YAMLParseError['code'], string>>> = {
  TAB_AS_INDENT: 'indent with blanks, not with a tab',
  DUPLICATE_KEY: 'this key is there twice',
  BAD_INDENT: 'wrong indentation, or a bracket that is not closed',
  BLOCK_AS_IMPLICIT_KEY: 'wrong indentation, or a value with a colon that needs quotes',
  MULTILINE_IMPLICIT_KEY: 'a colon is missing',
  MISSING_CHAR: 'a quote, a bracket or a dash is missing',
  BAD_SCALAR_START: 'a value that begins with this character needs quotes',
  BAD_DQ_ESCAPE: 'a backslash between double quotes. Use single quotes',
  UNEXPECTED_TOKEN: 'something unexpected. Are the quotes right?',
  MULTIPLE_DOCS: 'a second document begins here',
  BAD_ALIAS: 'a value that begins with * needs quotes',
  TAG_RESOLVE_FAILED: 'a value that begins with ! needs quotes',
};

/** Where the parser stumbled, and why, as far as that can be told. */
export function describeYamlError({ code, linePos }: Pick<YAMLParseError, 'code' | 'linePos'>): string {
  const [place] = linePos ?? [];
  const where = place === undefined ? '' : `: look at line ${place.line}, column ${place.col}`;
  const reason = REASONS[code];
  return `is no valid YAML${where}${reason === undefined ? '' : `: ${reason}`}`;
}
