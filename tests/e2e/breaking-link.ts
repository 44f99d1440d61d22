import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** A wire between a client and a server that can be cut, and mended: bytes as they come, both ways. */
export interface BreakingLink {
  port: number
  /** Ends every connection, and refuses new ones until {@link mend}. Resolves to the time of the cut (ms of the day clock). */
  cut(): number
  mend(): void
  close(): Promise<void>
}

/** A wire on a free loopback port to `port` of this machine. */
export async function breakingLink(port: number): Promise<BreakingLink> {
  const open = new Set<Socket>()
  let whole = true
  const server = createServer((client) => {
    if (!whole) {
      client.destroy()
      return
    }
    const upstream = connect(port, '127.0.0.1')
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client]
    ] as const) {
      open.add(socket)
      socket.pipe(other)
      socket.on('error', () => other.destroy())
      socket.on('close', () => {
        open.delete(socket)
        other.destroy()
      })
    }
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    cut: () => {
      whole = false
      const at = Date.now()
      for (const socket of open) socket.destroy()
      return at
    },
    mend: () => {
      whole = true
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of open) socket.destroy()
        server.close(() => resolve())
      })
  }
}
