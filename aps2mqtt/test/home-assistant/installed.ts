/** The Home Assistant to test with, from the environment; see `e2e.test.ts`. */
const {
  HOME_ASSISTANT_URL: url = '',
  HOME_ASSISTANT_TOKEN: token = '',
  HOME_ASSISTANT_BROKER: broker = '',
} = process.env;
const [host = '', port = ''] = broker.split(':');

export const installed = { url, token, host, port, isThere: url !== '' && token !== '' && broker !== '' };
