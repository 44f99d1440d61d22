/** One mistake planted in a copy of the built app, and the specs that must find it. */
export interface Mutation {
  name: string
  /** Of the build; a folder: any one file in it. */
  file: string
  /** Exactly one place in the built text. */
  from: string | RegExp
  to: string
  /** Names of spec files; the shortest that must notice. */
  specs: string[]
  /** Part of the names of the tests in them that are run; all of them when absent. */
  only?: string
}

const main = 'out/main/index.js'
/** What main shares with the other hosts lies here, under names that change. */
const chunks = 'out/main/chunks'
const preload = 'out/preload/index.cjs'

/** Each plants the failure of one probe; the self-check must report that one. */
const selfCheckMutations: Mutation[] = (
  [
    ['invoke', chunks, '"app:info": () => info', '"app:info": () => new Promise(() => {})'],
    ['event', chunks, 'assistant.tell("preferences:changed"', 'assistant.tell("shortcuts:changed"'],
    ['audio-port', main, 'port.start();', ''],
    ['worker', chunks, `workers: "'self'"`, `workers: "'none'"`],
    ['wasm', chunks, " 'wasm-unsafe-eval'", ''],
    ['worklet', 'out/renderer/assets', 'registerProcessor("parley-capture"', 'registerProcessor("parley-captur"'],
    ['microphone', main, 'answer(!mute(contents) && grantsRequest(', 'answer(false && grantsRequest('],
    ['secret-store', main, 'store.decryptStringAsync(', 'store.encryptStringAsync('],
    ['secret-store', main, 'store.encryptStringAsync(value)', 'store.encryptString(value)'],
    ['shortcut', main, 'CommandOrControl+Alt+Shift+F11', 'CommandOrControl+Alt+Shift+F99'],
    ['tray', main, 'new Tray(imageOf("idle"))', 'new Tray("missing.svg")'],
    ['hook-process', main, /"hook-utility\.js"\), process\.env\)/, '"hook.js"), process.env)'],
    ['speech-process', main, '"speech-utility.js"', '"speech.js"']
  ] as const
).map(([probe, file, from, to]) => ({
  name: `self-check: ${probe} fails (${to === '' ? 'without' : 'with'} ${(to === '' ? from : to).slice(0, 40)})`,
  file,
  from,
  to,
  specs: ['self-check.spec'],
  only: `self-check of ${probe} @linux$`
}))

/** What each does to a real Electron is said in words; on the stand-in each must make its specs fail. */
export const mutations: Mutation[] = [
  {
    name: 'the sandbox is off',
    file: main,
    from: /preload: options\.preload,\n\t+sandbox: true/,
    to: 'preload: options.preload, sandbox: false',
    specs: ['window.spec']
  },
  {
    name: 'sender check by URL origin, which is "null" for app: in Node: every call is refused',
    file: main,
    from: 'frame.url.startsWith("app://parley/")',
    to: 'new URL(frame.url).origin === "app://parley"',
    specs: ['ipc.spec']
  },
  {
    name: 'no sender check: any page may call',
    file: main,
    from: 'isTrustedSender(event, window?.webContents) || overlay.mayCall(event, call)',
    to: 'true',
    specs: ['ipc.spec']
  },
  {
    name: 'packets of WebRTC go past every proxy and policy',
    file: main,
    from: 'setWebRTCIPHandlingPolicy("disable_non_proxied_udp")',
    to: 'setWebRTCIPHandlingPolicy("default")',
    specs: ['window.spec']
  },
  {
    name: 'every permission is granted',
    file: main,
    from: 'answer(!mute(contents) && grantsRequest(permission, details, systemAudio.allowed))',
    to: 'answer(true)',
    specs: ['permissions.spec']
  },
  {
    name: 'no permission check handler: Electron grants',
    file: main,
    from: /\tsession\.setPermissionCheckHandler\([^\n]*\n/,
    to: '',
    specs: ['permissions.spec']
  },
  {
    name: 'COEP is missing: no cross-origin isolation',
    file: chunks,
    from: '"cross-origin-embedder-policy": "require-corp",',
    to: '',
    specs: ['window.spec']
  },
  {
    name: 'the policy lets the page connect to anybody',
    file: chunks,
    from: `links: "'self'"`,
    to: 'links: "*"',
    specs: ['window.spec'],
    only: 'the network are blocked'
  },
  {
    name: 'windows may be opened',
    file: main,
    from: /\t+contents\.setWindowOpenHandler\([^\n]*\n/,
    to: '',
    specs: ['window.spec']
  },
  {
    name: 'the page may go anywhere',
    file: main,
    from: /\t+contents\.on\("will-navigate", stop\);\n\t+contents\.on\("will-frame-navigate", stop\);\n/,
    to: '',
    specs: ['window.spec']
  },
  {
    name: "electron-store's unvalidated listener stays",
    file: main,
    from: 'ipcMain.removeAllListeners(UNVALIDATED_CHANNEL)',
    to: 'void 0',
    specs: ['ipc.spec']
  },
  {
    name: 'ready is awaited at the top level: Electron hangs',
    file: main,
    from: 'app.enableSandbox();',
    to: 'app.enableSandbox();\nawait app.whenReady();',
    specs: ['window.spec']
  },
  {
    name: 'the scheme is not privileged: no secure context, no microphone',
    file: main,
    from: 'protocol.registerSchemesAsPrivileged([APP_PRIVILEGES]);',
    to: '',
    specs: ['window.spec']
  },
  {
    name: 'the audio port is not started: silence',
    file: main,
    from: 'port.start();',
    to: '',
    specs: ['session.spec'],
    only: 'typed'
  },
  {
    name: 'pooled Buffers are posted as audio, with whatever else is in the pool',
    file: main,
    from: 'port.postMessage(new Uint8Array(frame))',
    to: 'port.postMessage(Buffer.from(frame))',
    specs: ['session.spec'],
    only: 'typed'
  },
  {
    name: 'the speech process is not in the build',
    file: main,
    from: '"speech-utility.js"',
    to: '"speech.js"',
    specs: ['session.spec'],
    only: 'typed'
  },
  {
    name: 'the speech process is killed before it has cleaned up',
    file: main,
    from: 'setTimeout(() => child.kill(), CLOSE_GRACE_MS)',
    to: '(child.kill(), setTimeout(() => {}, 0))',
    specs: ['session.spec'],
    only: 'quitting while a transcriber runs'
  },
  {
    name: 'power: nobody hears that the machine wakes up',
    file: main,
    from: 'monitor.on("resume"',
    to: 'monitor.on("shutdown"',
    specs: ['power.spec'],
    only: 'waits is made at once when the machine wakes up'
  },
  {
    name: 'power: nobody hears that the machine goes to sleep',
    file: main,
    from: 'monitor.on("suspend"',
    to: 'monitor.on("shutdown"',
    specs: ['power.spec'],
    only: 'goes to sleep'
  },
  {
    name: 'power: a live connection is not checked when the machine wakes up',
    file: chunks,
    from: 'if (current.phase === "live") current.attempt.probe();',
    to: '',
    specs: ['power.spec'],
    only: 'broke while the machine slept'
  },
  {
    name: 'power: the page does not hear that the network is back',
    file: 'out/renderer/assets',
    from: 'window.addEventListener("online"',
    to: 'window.addEventListener("storage"',
    specs: ['power.spec'],
    only: 'network is back'
  },
  {
    name: "proxy: the system's is not asked for",
    file: main,
    from: 'session.resolveProxy(url.replace(/^ws/, "http"))',
    to: 'Promise.resolve("DIRECT")',
    specs: ['proxy.spec'],
    only: "goes through the system's proxy"
  },
  {
    name: 'proxy: one that cannot be used is passed over in silence',
    file: main,
    from: 'unsupported.length > 0',
    to: 'unsupported.length > 9',
    specs: ['proxy.spec'],
    only: 'SOCKS'
  },
  {
    name: 'proxy: asked for an agent on this machine, too',
    file: main,
    from: 'fromEnv !== void 0 || isLoopback(new URL(url).hostname)',
    to: 'fromEnv !== void 0',
    specs: ['proxy.spec'],
    only: 'without asking'
  },
  {
    name: 'the preload gives the page nothing',
    file: preload,
    from: 'exposeInMainWorld("parley"',
    to: 'exposeInMainWorld("parly"',
    specs: ['window.spec']
  },
  {
    name: 'the preload hands the port over before the page listens',
    file: preload,
    from: /window\.addEventListener\("DOMContentLoaded", \(\) => (electron\.ipcRenderer\.send\([^)]*\)), \{ once: true \}\);/,
    to: '$1;',
    specs: ['session.spec'],
    only: 'typed'
  },
  {
    name: 'the preload requires a module no sandbox has',
    file: preload,
    from: 'let electron = require("electron");',
    to: 'let electron = require("electron"); require("node:path");',
    specs: ['window.spec']
  },
  {
    name: 'a second list of features: Chromium keeps the last one only',
    file: main,
    from: 'app.enableSandbox();',
    to: 'app.enableSandbox();\napp.commandLine.appendSwitch("enable-features", "GlobalShortcutsPortal");',
    specs: ['window.spec']
  },
  {
    name: 'the sandbox is asked for too late',
    file: main,
    from: 'app.enableSandbox();',
    to: 'app.whenReady().then(() => app.enableSandbox());',
    specs: ['window.spec']
  },
  {
    name: 'the scheme is not secure: no microphone',
    file: main,
    from: 'secure: true,',
    to: '',
    specs: ['window.spec']
  },
  {
    name: 'a shortcut is registered before Electron is ready',
    file: main,
    from: 'app.enableSandbox();',
    to: 'app.enableSandbox();\nglobalShortcut.register("F9", () => {});',
    specs: ['window.spec']
  },
  {
    name: 'two windows load while every copy believes to be the first',
    file: main,
    from: 'if (app.requestSingleInstanceLock()) run(start)',
    to: 'if (true) run(start)',
    specs: ['lifecycle.spec']
  },
  {
    name: 'the preload is named without its folder',
    file: main,
    from: 'path.join(here, "../preload/index.cjs")',
    to: '"../preload/index.cjs"',
    specs: ['window.spec']
  },
  {
    name: 'the tray has no picture',
    file: main,
    from: 'new Tray(imageOf("idle"))',
    to: 'new Tray(nativeImage.createEmpty())',
    specs: ['presence.spec'],
    only: 'the overlay takes no focus'
  },
  {
    name: 'the overlay takes the focus',
    file: main,
    from: 'focusable: false,',
    to: '',
    specs: ['presence.spec'],
    only: 'the overlay takes no focus'
  },
  {
    name: 'the overlay is shown as the window in front',
    file: main,
    from: 'window.showInactive()',
    to: 'window.show()',
    specs: ['presence.spec'],
    only: 'the overlay takes no focus'
  },
  {
    name: 'the overlay may call everything',
    file: main,
    from: 'overlayCalls.has(call)',
    to: 'true',
    specs: ['presence.spec'],
    only: 'the overlay takes no focus'
  },
  ...selfCheckMutations
]
