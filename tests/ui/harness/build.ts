import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { build } from 'vite'
import { NONCE_PLACEHOLDER } from '../../../src/main/node/page.ts'

const root = fileURLToPath(new URL('../../../src/renderer', import.meta.url))
const entry = fileURLToPath(new URL('./main.tsx', import.meta.url))

/** Builds the renderer as it is; `scripted` puts the harness (with its scripted audio engine) in the place of main.tsx. */
export async function buildRenderer(outDir: string, scripted: boolean): Promise<void> {
  await build({
    configFile: false,
    root,
    logLevel: 'warn',
    html: { cspNonce: NONCE_PLACEHOLDER },
    plugins: [
      {
        name: 'harness-entry',
        enforce: 'pre',
        resolveId: (id) => (scripted && id.endsWith('/src/main.tsx') && !id.includes('harness') ? entry : null)
      },
      react(),
      tailwindcss()
    ],
    worker: { format: 'es' },
    build: {
      chunkSizeWarningLimit: 1000,
      outDir,
      emptyOutDir: true,
      target: 'chrome150',
      rollupOptions: { input: ['index.html', 'overlay.html'].map((page) => join(root, page)) }
    }
  })
}
