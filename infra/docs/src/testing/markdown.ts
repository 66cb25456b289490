/** A fenced code block: "```js verify.mjs" has the language `js` and the name `verify.mjs`. */
export interface CodeBlock {
  language: string;
  name: string | undefined;
  code: string;
}

const FENCE = /^```(\S*)[ \t]*(\S*)[^\n]*\n([\s\S]*?)^```$/gm;

export function codeBlocks(markdown: string): CodeBlock[] {
  return [...markdown.matchAll(FENCE)].map(([, language = '', name = '', code = '']) => ({
    language,
    name: name === '' ? undefined : name,
    code,
  }));
}

/** @throws Error where the document has no block of this name, or two */
export function namedBlock(markdown: string, name: string): CodeBlock {
  const [block, second] = codeBlocks(markdown).filter((candidate) => candidate.name === name);
  if (!block || second) throw new Error(`Expected one code block with the name ${name}, found ${second ? 2 : 0}.`);
  return block;
}

function withoutCodeBlocks(markdown: string): string {
  return markdown.replaceAll(FENCE, '');
}

/** What stands in backquotes within a line. */
export function codeSpans(markdown: string): string[] {
  return [...withoutCodeBlocks(markdown).matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);
}

/** Where the document's links lead. */
export function linkTargets(markdown: string): string[] {
  const prose = withoutCodeBlocks(markdown).replaceAll(/`[^`\n]+`/g, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
}

/** The names by which headings can be linked to, as GitHub makes them. */
export function headingAnchors(markdown: string): string[] {
  return [...withoutCodeBlocks(markdown).matchAll(/^#{1,6} +(.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(' ', '-'),
  );
}
