import { readFile, stat } from 'node:fs/promises'
import { Worker } from 'node:worker_threads'
import { int16ToBytes } from '../../shared/audio/pcm.ts'
import { workerEntry } from '../node/worker-entry.ts'
import { CliError, EXIT } from './exit-codes.ts'
import { fileProblem } from '../node/file-problem.ts'

/** The whole file is held in memory: this is about 50 minutes of CD audio. */
const MAX_FILE_BYTES = 512 * 1024 * 1024

/** What the conversion worker is started with; `bytes` is the file. */
export interface ConversionRequest {
  bytes: Uint8Array
  sampleRateHz: number
}

/** `message` is a sentence that says why the file cannot be used. */
export type ConversionResult = { ok: true; samples: Int16Array } | { ok: false; message: string }

/** Reads a WAV of any rate and channel count as PCM16 mono at `sampleRateHz`. Throws {@link CliError} (usage). */
export async function readWav(path: string, sampleRateHz: number): Promise<Uint8Array> {
  const result = await convert({ bytes: await readBytes(path), sampleRateHz })
  if (!result.ok) throw new CliError(EXIT.usage, `${path}: ${result.message}`)
  if (result.samples.length === 0) throw new CliError(EXIT.usage, `${path}: The WAV file has no audio.`)
  return int16ToBytes(result.samples)
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    const { size } = await stat(path)
    if (size > MAX_FILE_BYTES) throw new CliError(EXIT.usage, `${path} is too large; cut it to less than 512 MB.`)
    return new Uint8Array(await readFile(path))
  } catch (cause) {
    if (cause instanceof CliError) throw cause
    throw new CliError(EXIT.usage, fileProblem('read', path, cause), { cause })
  }
}

/** The resampler may only be loaded inside a worker_thread (design.md section 6). */
function convert(request: ConversionRequest): Promise<ConversionResult> {
  const worker = new Worker(workerEntry(import.meta.url, './convert-worker.ts', 'convert-worker.js'), {
    workerData: request,
    transferList: [request.bytes.buffer as ArrayBuffer]
  })
  return new Promise((resolve, reject) => {
    worker.once('message', (result: ConversionResult) => {
      resolve(result)
      void worker.terminate()
    })
    worker.once('error', reject)
    worker.once('exit', (code) => reject(new Error(`The WAV conversion stopped (exit ${code}).`)))
  })
}
