/** An address as people read and type it: one of IPv6 stands in brackets, or its port would look like a part of it. */
export function hostAndPort(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
