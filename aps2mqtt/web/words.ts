import { de } from './words/de.ts';
import { en, type Words } from './words/en.ts';
import { es } from './words/es.ts';
import { fr } from './words/fr.ts';
import { nl } from './words/nl.ts';

const LANGUAGES: Readonly<Record<string, Words>> = { de, en, es, fr, nl };

/** Home Assistant's own choice where we are in its frame, else the browser's. */
export function chooseLanguage(wanted: readonly string[]): string {
  return wanted.map((tag) => tag.slice(0, 2).toLowerCase()).find((tag) => tag in LANGUAGES) ?? 'en';
}

export const language = chooseLanguage([homeAssistantLanguage() ?? '', ...navigator.languages]);
export const words: Words = LANGUAGES[language] ?? en;

/** With `{0}`, `{1}` filled in. */
export function fill(text: string, ...values: readonly (string | number)[]): string {
  return text.replace(/\{(\d)\}/g, (_, index) => String(values[Number(index)] ?? ''));
}

/** It keeps the choice of the person in this browser, as JSON. */
function homeAssistantLanguage(): string | null {
  try {
    return window.parent === window ? null : JSON.parse(localStorage.getItem('selectedLanguage') ?? 'null');
  } catch {
    return null;
  }
}
