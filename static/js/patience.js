/** Asks again what came too soon. */

const LONGEST_S = 30;

/** Make a request; where the server asks to wait, `say(seconds)` so, wait, and make it once more: it is the same by its key. */
export async function patiently(request, say) {
  try {
    return await request();
  } catch (error) {
    if (error.code !== "rate_limited" || !(error.retry_after <= LONGEST_S)) throw error;
    const wait = Math.ceil(error.retry_after);
    say(wait);
    await new Promise((resolve) => setTimeout(resolve, wait * 1000));
    return request();
  }
}
