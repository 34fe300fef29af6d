/** Tells `settle` under that number how the promise ended: whether well, and with what. */
export const watch = (promise, number, settle) =>
  void promise.then(
    (value) => settle(number, true, value),
    (reason) => settle(number, false, reason),
  );
