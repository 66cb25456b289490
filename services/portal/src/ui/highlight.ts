import { createHighlighterCore, type HighlighterCore } from 'shiki/core';
import { createJavaScriptRegexEngine } from 'shiki/engine/javascript';

/** The languages the portal shows. Each is fetched when it is first needed. */
const LANGUAGES = {
  json: () => import('shiki/langs/json.mjs'),
  bash: () => import('shiki/langs/bash.mjs'),
  javascript: () => import('shiki/langs/javascript.mjs'),
  typescript: () => import('shiki/langs/typescript.mjs'),
  python: () => import('shiki/langs/python.mjs'),
  php: () => import('shiki/langs/php.mjs'),
  ruby: () => import('shiki/langs/ruby.mjs'),
  go: () => import('shiki/langs/go.mjs'),
  java: () => import('shiki/langs/java.mjs'),
  csharp: () => import('shiki/langs/csharp.mjs'),
  http: () => import('shiki/langs/http.mjs'),
} as const;

export type CodeLanguage = keyof typeof LANGUAGES;

export interface CodeToken {
  text: string;
  light: string | undefined;
  dark: string | undefined;
}

let highlighter: Promise<HighlighterCore> | undefined;

/** The engine is JavaScript's own regular expressions: the content security policy allows no WebAssembly. */
function theHighlighter(): Promise<HighlighterCore> {
  highlighter ??= createHighlighterCore({
    engine: createJavaScriptRegexEngine({ forgiving: true }),
    themes: [import('shiki/themes/github-light-default.mjs'), import('shiki/themes/github-dark-default.mjs')],
    langs: [],
  });
  return highlighter;
}

/** Lines of coloured words; React renders them, no HTML is made of text. */
export async function highlight(code: string, language: CodeLanguage): Promise<CodeToken[][]> {
  const shiki = await theHighlighter();
  await shiki.loadLanguage(LANGUAGES[language]());
  const lines = shiki.codeToTokensWithThemes(code, {
    lang: language,
    themes: { light: 'github-light-default', dark: 'github-dark-default' },
  });
  return lines.map((line) =>
    line.map(({ content, variants }) => ({
      text: content,
      light: variants['light']?.color,
      dark: variants['dark']?.color,
    })),
  );
}
