import { gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

const WORTH_COMPRESSING = /\.(js|css|svg|html|json)$/;
const MIN_BYTES = 1_024;

/** Writes `<asset>.gz` beside each asset, so that the API compresses nothing while it serves. */
export function compressed(): Plugin {
  return {
    name: 'switchboard:compressed',
    apply: 'build',
    enforce: 'post',
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        for (const [name, file] of Object.entries(bundle)) {
          const source = file.type === 'chunk' ? file.code : file.source;
          if (!WORTH_COMPRESSING.test(name) || source.length < MIN_BYTES) continue;
          this.emitFile({ type: 'asset', fileName: `${name}.gz`, source: gzipSync(source, { level: 9 }) });
        }
      },
    },
  };
}
