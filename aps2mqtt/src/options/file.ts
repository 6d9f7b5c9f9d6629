import { readFileSync } from 'node:fs';
import { type Document, parseDocument, type ScalarTag, YAMLError } from 'yaml';
import { codeOf, OptionsError } from '../errors.ts';
import { fileProblem } from '../fileProblem.ts';
import { isObject, type JsonObject } from '../json.ts';
import { describeYamlError } from './yamlProblem.ts';

/**
 * Reads a YAML file. Every scalar in it is a text, or null.
 *
 * @throws OptionsError when it can't be read or is no YAML
 */
export function readYaml(path: string): JsonObject {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const docker = ' (Docker makes a folder where the file that it shall mount is missing)';
    const problem = `${fileProblem(error)}${codeOf(error) === 'EISDIR' ? docker : ''}`;
    throw new OptionsError([`${path} cannot be read: ${problem}`], { cause: error });
  }
  const root = parseYaml(text, path);
  if (!isObject(root)) {
    throw new OptionsError([`${path}: found no options in it; must have the sections ecu and mqtt, or ecus and mqtt`]);
  }
  return root;
}

/** Home Assistant's own tag, as the text that it would be in quotes (secretReference.ts). */
const secretTag: ScalarTag = { tag: '!secret', resolve: (name) => `!secret ${name}` };

function parseYaml(text: string, path: string): unknown {
  // All as texts, so that a password 0012 stays one.
  const document = parseDocument(text, {
    schema: 'failsafe',
    prettyErrors: true,
    customTags: (tags) => [...tags, secretTag],
  });
  const problem = document.errors[0] ?? lostValue(document, text);
  if (problem !== undefined) {
    throw new OptionsError([`${path} ${describeYamlError(problem)}`], { cause: problem });
  }
  try {
    return document.toJS({ reviver: unsetNull });
  } catch (error) {
    // Its message would name the alias, which may be a password that begins with an asterisk.
    const unknown = error instanceof YAMLError ? error : { code: 'BAD_ALIAS' as const };
    throw new OptionsError([`${path} ${describeYamlError(unknown)}`], { cause: error });
  }
}

/** A password that begins with an exclamation mark is a tag to the parser, which would leave it out. */
function lostValue({ warnings }: Document, text: string) {
  return warnings.find(({ code, pos }) => code === 'TAG_RESOLVE_FAILED' && !text.startsWith('!!', pos[0]));
}

/** YAML's words for nothing: the option is not set. */
function unsetNull(_: unknown, value: unknown): unknown {
  return value === '~' || value === 'null' ? null : value;
}
