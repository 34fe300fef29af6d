/** Sends by the `send_email` binding. The binding may answer with a thenable of its own kind, and knows no time limit. */
export async function send(binding, message, milliseconds) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error("there was no answer in time")), milliseconds);
  });
  try {
    await Promise.race([binding.send(JSON.parse(message)), late]);
  } finally {
    clearTimeout(timer);
  }
}
