/** Languages that names in Home Assistant come in, as Home Assistant's own tags begin. */
export const LANGUAGES = ['en', 'de', 'fr', 'nl', 'es'] as const;
export type Language = (typeof LANGUAGES)[number];

/** English words in all the other languages. */
export type Translations = Readonly<Record<Exclude<Language, 'en'>, string>>;

/** @param tag such as `de` or `pt-BR`, as Home Assistant gives it; English for a language that we don't have */
export function languageOf(tag: unknown): Language {
  const [first = ''] = typeof tag === 'string' ? tag.toLowerCase().split(/[-_]/) : [];
  return LANGUAGES.find((language) => language === first) ?? 'en';
}
