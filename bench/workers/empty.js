/** A Worker that answers at once: what HTTP and workerd cost before anybody thinks. */

export default {
  fetch: () => new Response("ok"),
};
