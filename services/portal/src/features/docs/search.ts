import { oneIn } from '../../ui/search-state';

export const DOCS_TOPICS = ['authentication', 'limits', 'webhooks', 'try'] as const;
export type DocsTopic = (typeof DOCS_TOPICS)[number];

export const DOCS_LANGUAGES = ['node', 'python', 'php', 'go', 'ruby', 'library'] as const;
export type DocsLanguage = (typeof DOCS_LANGUAGES)[number];

export interface DocsSearch {
  /** The language of the snippets. */
  language?: DocsLanguage;
  topic?: DocsTopic;
}

export function validateDocsSearch(raw: Record<string, unknown>): DocsSearch {
  return { language: oneIn(raw.language, DOCS_LANGUAGES), topic: oneIn(raw.topic, DOCS_TOPICS) };
}
