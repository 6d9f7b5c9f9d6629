// The MQTT client's timers for browsers. In Node it takes the native ones, so these are never called.
const native = () => {
  throw new Error('worker timers are for browsers');
};
module.exports = { setInterval: native, clearInterval: native };
