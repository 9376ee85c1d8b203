/** Asks again what came too soon. */

const LONGEST_S = 30;

/** Make a request; where the server asks to wait, say so, wait, and make it once more: it is the same by its key. */
export async function patiently(request, notices) {
  try {
    return await request();
  } catch (error) {
    if (error.code !== "rate_limited" || !(error.retry_after <= LONGEST_S)) throw error;
    const wait = Math.ceil(error.retry_after);
    const takeBack = notices.show(`That is more than may be asked at once. Your question is asked again in ${wait} s.`);
    await new Promise((resolve) => setTimeout(resolve, wait * 1000));
    const answer = await request();
    takeBack();
    return answer;
  }
}
