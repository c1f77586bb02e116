import type { IncomingMessage } from 'node:http'
import { BlockList, isIP, isIPv6 } from 'node:net'

/** Proxies whose word on who asks is taken: addresses, ranges like 10.0.0.0/8, and `loopback`. */
export class TrustedProxies {
  private readonly list = new BlockList()
  private readonly empty: boolean

  private constructor(entries: readonly string[]) {
    this.empty = entries.length === 0
    for (const entry of entries) {
      const [address = '', bits] = entry.split('/')
      const family = isIPv6(address) ? 'ipv6' : 'ipv4'
      if (entry === 'loopback') {
        this.list.addSubnet('127.0.0.0', 8, 'ipv4')
        this.list.addAddress('::1', 'ipv6')
      } else if (bits === undefined) this.list.addAddress(address, family)
      else this.list.addSubnet(address, Number(bits), family)
    }
  }

  /** Nobody's word is taken. */
  static readonly none = new TrustedProxies([])

  /** Undefined where an entry is neither an address, nor a range, nor `loopback`. */
  static parse(text: string): TrustedProxies | undefined {
    const entries = text
      .split(',')
      .map((entry) => entry.trim().toLowerCase())
      .filter(Boolean)
    return entries.every(isEntry) ? new TrustedProxies(entries) : undefined
  }

  /**
   * Who asks: the connection's other end, or, where that is a trusted proxy, the last one in X-Forwarded-For that
   * is none. What stands before it in the header anybody could have written.
   */
  addressOf({ socket, headers }: Pick<IncomingMessage, 'headers'> & { socket: { remoteAddress?: string | undefined } }): string {
    let address = plain(socket.remoteAddress ?? '')
    if (this.empty || !this.trusts(address)) return named(address)
    const forwarded = headers['x-forwarded-for']
    const hops = (Array.isArray(forwarded) ? forwarded.join(',') : (forwarded ?? '')).split(',').map((hop) => plain(withoutPort(hop.trim())))
    for (const hop of hops.reverse()) {
      // The proxy wrote something that is no address: it is not asked further.
      if (isIP(hop) === 0) break
      address = hop
      if (!this.trusts(hop)) break
    }
    return named(address)
  }

  private trusts(address: string): boolean {
    const family = isIP(address)
    return family !== 0 && this.list.check(address, family === 6 ? 'ipv6' : 'ipv4')
  }
}

function isEntry(entry: string): boolean {
  if (entry === 'loopback') return true
  const [address = '', bits, ...more] = entry.split('/')
  const most = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1
  return more.length === 0 && most > 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most))
}

/** An IPv4 address that came over a socket of both kinds. */
function plain(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  return mapped ?? address.replace(/%.*$/, '')
}

/** Some proxies add the port: `203.0.113.7:4711`, `[2001:db8::1]:4711`. */
function withoutPort(hop: string): string {
  return /^\[([^\]]+)\](?::\d+)?$/.exec(hop)?.[1] ?? /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(hop)?.[1] ?? hop
}

/** An IPv6 network of 64 bits is one customer, who may use any address in it: it counts as one. */
function named(address: string): string {
  if (!isIPv6(address)) return address || 'unknown'
  const [head = '', tail] = address.toLowerCase().split('::')
  const front = head.split(':').filter(Boolean)
  const back = (tail ?? '').split(':').filter(Boolean)
  const zeros = tail === undefined ? [] : Array.from({ length: Math.max(0, 8 - front.length - back.length) }, () => '0')
  const groups = [...front, ...zeros, ...back].map((group) => group.replace(/^0+(?=.)/, ''))
  return groups.slice(0, 7).every((group) => group === '0') ? address : `${groups.slice(0, 4).join(':')}::/64`
}
