import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'electron-vite'
import type { Plugin } from 'vite'

const NOTHING = '\0nothing'

/** speex-resampler asks for `fs` and `path` only where it runs in Node; in the audio worker they are empty. */
const speexWithoutNode: Plugin = {
  name: 'speex-without-node',
  enforce: 'pre',
  resolveId: (id, importer) =>
    (id === 'fs' || id === 'path') && importer?.includes('speex-resampler') === true ? NOTHING : undefined,
  load: (id) => (id === NOTHING ? 'export default {}' : undefined)
}

export default defineConfig({
  main: {
    build: {
      target: 'node24',
      rollupOptions: {
        input: {
          index: 'src/main/index.ts',
          web: 'src/main/web/index.ts',
          cli: 'src/main/cli/index.ts',
          'convert-worker': 'src/main/cli/convert-worker.ts',
          'speech-worker': 'src/agent/speech/worker.ts',
          'speech-utility': 'src/main/electron/speech-utility.ts',
          'hook-process': 'src/main/node/shortcuts/hook-process.ts',
          'hook-utility': 'src/main/electron/hook-utility.ts'
        }
      }
    }
  },
  preload: {
    build: {
      externalizeDeps: false,
      // A sandboxed preload can load no other file.
      isolatedEntries: true,
      rollupOptions: {
        input: { index: 'src/preload/index.ts', overlay: 'src/preload/overlay.ts' },
        output: { format: 'cjs', entryFileNames: '[name].cjs' }
      }
    }
  },
  renderer: {
    root: 'src/renderer',
    html: { cspNonce: '__PARLEY_STYLE_NONCE__' },
    plugins: [react(), tailwindcss()],
    worker: { format: 'es', plugins: () => [speexWithoutNode] },
    build: {
      target: 'chrome150',
      rollupOptions: { input: { index: 'src/renderer/index.html', overlay: 'src/renderer/overlay.html' } }
    }
  }
})
