const NAMES = ['HOME_ASSISTANT_URL', 'HOME_ASSISTANT_TOKEN', 'HOME_ASSISTANT_BROKER'] as const;

const [url = '', token = '', broker = ''] = NAMES.map((name) => process.env[name] ?? '');
const [host = '', port = '1883'] = broker.split(':');

/** What is not set of what tells where the Home Assistant is to test with: see README. */
export const missing = NAMES.filter((name) => !process.env[name]);

export const installed = { url, token, host, port, isThere: missing.length === 0 };
