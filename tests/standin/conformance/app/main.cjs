// A small app that uses what the conformance checks ask about.
const { app, BrowserWindow, ipcMain, protocol, session } = require('electron')
const { readFileSync } = require('node:fs')
const path = require('node:path')

protocol.registerSchemesAsPrivileged([
  { scheme: 'conf', privileges: { standard: true, secure: true, supportFetchAPI: true } }
])

const page = '<!doctype html><title>conformance</title><script type="module" src="checks.mjs"></script>'

void app.whenReady().then(() => {
  session.defaultSession.setPermissionRequestHandler((_contents, _permission, answer) => answer(false))
  session.defaultSession.setPermissionCheckHandler(() => false)
  session.defaultSession.setDevicePermissionHandler(() => false)
  protocol.handle('conf', (request) => {
    const script = request.url.endsWith('.mjs')
    const body = script ? readFileSync(path.join(__dirname, 'checks.mjs')) : page
    return new Response(body, { headers: { 'content-type': script ? 'text/javascript' : 'text/html' } })
  })
  ipcMain.handle('echo', (_event, ...args) => args)
  ipcMain.handle('types', (_event, value) => ({
    tag: Object.prototype.toString.call(value),
    isBuffer: Buffer.isBuffer(value)
  }))
  ipcMain.handle('buffer', () => Buffer.from(new Uint8Array([1, 2, 3]).buffer))
  ipcMain.handle('nothing', () => {})
  ipcMain.handle('rejects', () => Promise.reject(Object.assign(new TypeError('bad'), { code: 'E_X' })))
  ipcMain.handle('function', () => ({ run() {} }))
  ipcMain.on('ping', (event, n) => event.reply('pong', n + 1))
  ipcMain.on('give-port', (event) => {
    const [port] = event.ports
    port.on('message', (message) => port.postMessage({ back: message.data }))
    port.start()
  })
  const window = new BrowserWindow({ webPreferences: { preload: path.join(__dirname, 'preload.cjs') } })
  window.webContents.setWindowOpenHandler(() => ({ action: 'deny' }))
  window.webContents.on('will-navigate', (event) => event.preventDefault())
  return window.loadURL('conf://x/')
})
