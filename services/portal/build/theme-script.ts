import { readFileSync } from 'node:fs';
import type { Plugin } from 'vite';

const SOURCE = new URL('../src/app/theme-boot.js', import.meta.url);

/**
 * Puts the script that chooses dark or light before the first paint into the page's head. It is a classic script (a
 * module would come too late) in a file of its own (the content security policy allows nothing inline).
 */
export function themeScript(): Plugin {
  let reference = '';
  return {
    name: 'switchboard:theme-script',
    apply: 'build',
    buildStart() {
      reference = this.emitFile({ type: 'asset', name: 'theme.js', source: readFileSync(SOURCE, 'utf8') });
    },
    transformIndexHtml: {
      order: 'post',
      handler(html, { bundle }) {
        const asset = Object.values(bundle ?? {}).find(
          (file) => file.type === 'asset' && file.names.includes('theme.js'),
        );
        if (!asset) throw new Error(`theme.js (${reference}) is not in the bundle`);
        return {
          html,
          tags: [{ tag: 'script', attrs: { src: `/settings/api/${asset.fileName}` }, injectTo: 'head-prepend' }],
        };
      },
    },
  };
}
