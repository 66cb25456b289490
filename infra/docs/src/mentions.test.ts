import { describe, expect, it } from '@jest/globals';
import path from 'node:path';
import { filesBelow, isInRepository, readText } from './repository.js';
import { codeBlocks, codeSpans, headingAnchors, linkTargets } from './testing/markdown.js';

const DOCUMENTS = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...filesBelow('docs', '.md')];

const { scripts } = JSON.parse(readText('package.json')) as { scripts: Record<string, string> };

/** Something that is written as a path of the repository: below one of its folders, or one of its files at the root. */
const PATH_IN_REPOSITORY = /^(?:\.ci|docs|infra|packages|services)\/[\w./-]+$|^[\w.-]+\.(?:yml|yaml|json|mjs|cjs|md)$/;
const NPM_COMMAND = /\bnpm (?:run (?:--silent )?([a-z][\w:-]*)|(start|test)\b)/g;

/** Paths in the text that are no files of the repository: made by running it, or a receiver's own. */
const NOT_FILES = new Set(['stack.json']);

function mentionedPaths(document: string): string[] {
  return codeSpans(readText(document)).filter((span) => PATH_IN_REPOSITORY.test(span) && !NOT_FILES.has(span));
}

function filesInCommands(document: string): string[] {
  const commands = codeBlocks(readText(document)).filter(({ language }) => language === 'sh');
  const words = commands.flatMap(({ code }) => code.split(/\s+/));
  return words.filter((word) => PATH_IN_REPOSITORY.test(word));
}

/** What a compiled file is made from: the documents name what runs. */
function sourceOf(file: string): string {
  return /^(services|packages|infra)\/[^/]+\/dist\//.test(file)
    ? file.replace('/dist/', '/src/').replace(/\.js$/, '.ts')
    : file;
}

describe.each(DOCUMENTS)('%s', (document) => {
  it('names files and folders that exist', () => {
    const named = [...mentionedPaths(document), ...filesInCommands(document)];
    expect(named.filter((file) => !isInRepository(sourceOf(file)))).toEqual([]);
  });

  it('links to files and headings that exist', () => {
    const broken = linkTargets(readText(document)).filter((target) => {
      if (/^(https?|mailto):/.test(target)) return false;
      const [file = '', anchor] = target.split('#');
      const linked = file === '' ? document : path.join(path.dirname(document), file);
      if (!isInRepository(linked)) return true;
      return anchor !== undefined && !headingAnchors(readText(linked)).includes(anchor);
    });
    expect(broken).toEqual([]);
  });

  it('names npm scripts that exist', () => {
    const named = [...readText(document).matchAll(NPM_COMMAND)].map(([, script, builtIn]) => script ?? builtIn ?? '');
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});

describe('the documents', () => {
  it('have an index of the decisions that lists each of them', () => {
    const pages = filesBelow('docs/decisions', '.md').filter((file) => !file.endsWith('README.md'));
    expect(linkTargets(readText('docs/decisions/README.md')).sort()).toEqual(
      pages.map((file) => path.basename(file)).sort(),
    );
  });

  it.each(filesBelow('docs/decisions', '.md').filter((file) => !file.endsWith('README.md')))(
    '%s has context, decision and consequences',
    (page) => {
      expect(headingAnchors(readText(page)).slice(1)).toEqual(['context', 'decision', 'consequences']);
    },
  );

  it('name metrics that the services have, and all of them', () => {
    const sources = ['services/api/src', 'services/worker/src', 'packages'].flatMap((folder) =>
      filesBelow(folder, '.ts'),
    );
    const registered = sources.flatMap((file) =>
      [...readText(file).matchAll(/name: '(switchboard_[a-z_]+)'/g)].map(([, name]) => name),
    );
    const named = DOCUMENTS.flatMap((document) =>
      [...readText(document).matchAll(/\bswitchboard_[a-z_]+/g)].map(([name]) => name),
    );
    const withoutSuffix = named.map((name) => name.replace(/_(count|sum|bucket)$/, ''));
    expect([...new Set(withoutSuffix)].sort()).toEqual([...new Set(registered)].sort());
  });

  it('tell receivers every code that an attempt can fail with', () => {
    const outcome = readText('services/worker/src/delivery/outcome.ts');
    const union = /export type AttemptErrorCode =([^;]+);/.exec(outcome)?.[1] ?? '';
    const codes = [...union.matchAll(/'(\w+)'/g)].map(([, code]) => code);
    expect(codes.length).toBeGreaterThan(0);
    const spans = codeSpans(readText('docs/webhooks.md'));
    expect(codes.filter((code) => !spans.includes(code ?? ''))).toEqual([]);
  });
});
