import type { ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { chromiumLaunch, type ChromiumLaunch, type ChromiumOptions } from './browser.ts'
import { raisePriority } from './priority.ts'
import { run, start, stop } from './processes.ts'
import { record, SHORTEST_LATENCY_MS, type Recording } from './recording.ts'

const START_TIMEOUT_MS = 15_000

export interface RigOptions {
  /** X display (`:102`); the next free one when absent. */
  display?: string
  /** Also starts openbox, for tests that need real keyboard focus. */
  windowManager?: boolean
}

/** A private virtual display, microphone and loudspeaker. Any number can run at once. */
export interface Rig {
  /** Complete environment for a browser or program that shall use this rig. */
  readonly env: Readonly<Record<string, string>>
  readonly display: string
  /** Plays a WAV file into the microphone; resolves when it has been said (or `signal` stopped it). */
  say(wavPath: string, options?: { signal?: AbortSignal }): Promise<void>
  /** Records what comes out of the loudspeaker, from the moment it resolves. */
  recordSpeaker(): Promise<Recording>
  /** From now on the default microphone hears the loudspeaker too; it is another device for who had it open. */
  plugEcho(): Promise<void>
  /** Adds another microphone (a silent source of its own); resolves to its own removal. */
  plugMicrophone(name: string): Promise<() => Promise<void>>
  /** Pulls the default virtual microphone out. */
  unplugMicrophone(): Promise<void>
  /** Runs `pactl`. */
  pactl(...args: string[]): Promise<string>
  /** Presses keys or moves the mouse as a person would. */
  xdotool(...args: string[]): Promise<string>
  chromium(options?: ChromiumOptions): ChromiumLaunch
  /** Ends everything that was started and removes the runtime folder. Idempotent. */
  close(): Promise<void>
}

function firstLine(stream: Readable | null | undefined, child: ChildProcess, what: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    const timer = setTimeout(
      () => reject(new Error(`${what} did not start in ${START_TIMEOUT_MS} ms`)),
      START_TIMEOUT_MS
    )
    const settle = (act: () => void) => {
      clearTimeout(timer)
      act()
    }
    child.once('error', (cause) => settle(() => reject(new Error(`${what} is not installed`, { cause }))))
    child.once('exit', (code) => settle(() => reject(new Error(`${what} ended with ${code}`))))
    stream?.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      if (text.includes('\n')) settle(() => resolve(text.split('\n')[0] ?? ''))
    })
  })
}

async function startDisplay(
  display: string | undefined,
  env: NodeJS.ProcessEnv
): Promise<{ child: ChildProcess; name: string }> {
  const name = display === undefined ? [] : [display]
  const args = [...name, '-displayfd', '3', '-screen', '0', '1280x800x24', '-nolisten', 'tcp']
  const child = start('Xvfb', args, { env, stdio: ['ignore', 'ignore', 'ignore', 'pipe'] })
  const number = await firstLine(child.stdio[3] as Readable, child, 'Xvfb')
  return { child, name: `:${number.trim()}` }
}

async function startSound(env: NodeJS.ProcessEnv): Promise<ChildProcess> {
  const modules = [
    'module-native-protocol-unix auth-anonymous=1',
    'module-null-sink sink_name=room rate=48000',
    'module-remap-sink sink_name=speaker master=room sink_properties=device.description=Speaker',
    'module-remap-sink sink_name=micsink master=room',
    'module-always-sink'
  ]
  const args = ['-n', '--daemonize=no', '--exit-idle-time=-1', '--use-pid-file=no']
  const child = start('pulseaudio', [...args, ...modules.flatMap((module) => ['-L', module])], { env, stdio: 'ignore' })
  const ended = new Promise<never>((_, reject) => {
    child.once('error', (cause) => reject(new Error('pulseaudio is not installed', { cause })))
    child.once('exit', (code) => reject(new Error(`pulseaudio ended with ${code}`)))
  })
  ended.catch(() => undefined)
  const deadline = performance.now() + START_TIMEOUT_MS
  for (;;) {
    try {
      await Promise.race([run('pactl', ['info'], { env }), ended])
      return child
    } catch (error) {
      if (child.exitCode !== null || performance.now() > deadline) throw error
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}

/**
 * A null sink takes the shortest latency that any of its streams asks for, and so changes it whenever a recording or a word
 * begins: then the echo path jumps, which no room does. A stream of the shortest latency that stays keeps it.
 */
function holdLatency(env: NodeJS.ProcessEnv): ChildProcess {
  const args = ['--device=room.monitor', '--channels=1', '--raw', `--latency-msec=${SHORTEST_LATENCY_MS}`]
  return start('parec', args, { env, stdio: 'ignore' })
}

const virtualMicrophone = (hears: 'micsink' | 'room') => [
  'module-remap-source',
  `master=${hears}.monitor`,
  'source_name=virtmic',
  'source_properties=device.description=VirtualMicrophone'
]

/** Starts a display and a sound card of its own. Throws with what is missing. */
export async function startRig(options: RigOptions = {}): Promise<Rig> {
  const stopRaising = raisePriority()
  const runtimeDir = await mkdtemp(join(tmpdir(), 'parley-rig-'))
  const children: ChildProcess[] = []
  const inherited = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined)
  const env: Record<string, string> = {
    ...Object.fromEntries(inherited),
    XDG_RUNTIME_DIR: runtimeDir,
    PULSE_RUNTIME_PATH: join(runtimeDir, 'pulse'),
    PULSE_STATE_PATH: join(runtimeDir, 'pulse-state'),
    PULSE_SERVER: `unix:${join(runtimeDir, 'pulse', 'native')}`
  }
  delete env['WAYLAND_DISPLAY']
  delete env['DBUS_SESSION_BUS_ADDRESS']
  let closing: Promise<void> | undefined
  const close = () => {
    closing ??= (async () => {
      stopRaising()
      await Promise.all(children.toReversed().map((child) => stop(child)))
      await rm(runtimeDir, { recursive: true, force: true })
    })()
    return closing
  }
  try {
    const display = await startDisplay(options.display, env)
    children.push(display.child)
    env['DISPLAY'] = display.name
    children.push(await startSound(env))
    children.push(holdLatency(env))
    const pactl = async (...args: string[]) => (await run('pactl', args, { env })).trim()
    const plug = async (...module: string[]) => {
      const id = await pactl('load-module', ...module)
      return async () => void (await pactl('unload-module', id))
    }
    let unplugMicrophone = await plug(...virtualMicrophone('micsink'))
    const replug = async (hears: 'micsink' | 'room') => {
      await unplugMicrophone()
      unplugMicrophone = await plug(...virtualMicrophone(hears))
      await pactl('set-default-source', 'virtmic')
    }
    await pactl('set-default-sink', 'speaker')
    await pactl('set-default-source', 'virtmic')
    if (options.windowManager === true) children.push(start('openbox', [], { env, stdio: 'ignore' }))
    return {
      env,
      display: display.name,
      async say(wavPath, how = {}) {
        await run('paplay', ['--device=micsink', '--latency-msec=20', wavPath], { env, ...how })
      },
      recordSpeaker: () => record('speaker.monitor', env),
      plugEcho: () => replug('room'),
      async plugMicrophone(name) {
        const unplugSink = await plug('module-null-sink', `sink_name=${name}sink`, 'rate=48000')
        const description = `source_properties=device.description=${name}`
        const unplug = await plug(
          'module-remap-source',
          `master=${name}sink.monitor`,
          `source_name=${name}`,
          description
        )
        return async () => {
          await unplug()
          await unplugSink()
        }
      },
      unplugMicrophone: () => unplugMicrophone(),
      pactl,
      xdotool: (...args) => run('xdotool', args, { env }),
      chromium: (how) => chromiumLaunch(env, how),
      close
    }
  } catch (error) {
    await close()
    throw error
  }
}
