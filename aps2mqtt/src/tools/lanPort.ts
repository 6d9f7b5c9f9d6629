import { connect } from 'node:net';

/** The port that an ECU-R opens on its network cable. */
export const LAN_PORT = 4540;
/** ms until nobody is at home. */
const TIMEOUT_MS = 700;

/** Whether a TCP port takes connections. Nothing is sent. */
export function isPortOpen(host: string, port: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const settle = (isOpen: boolean) => {
      signal.removeEventListener('abort', onAbort);
      socket.destroy();
      resolve(isOpen);
    };
    const onAbort = () => settle(false);
    signal.addEventListener('abort', onAbort, { once: true });
    socket.setTimeout(TIMEOUT_MS, () => settle(false));
    socket.once('connect', () => settle(true));
    socket.once('error', () => settle(false));
  });
}
