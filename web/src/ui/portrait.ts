/** The API takes JPEG pictures up to this size. */
const MOST_BYTES = 256 * 1024;
/** A face that fills a third of such a picture is larger than any model looks at. */
const LONGEST_SIDE = 1280;
const QUALITIES = [0.92, 0.8, 0.65];

/** A file is no picture that this browser can read. */
export class NoPicture extends Error {}

/** A picture of any size → a JPEG of at most 256 KB in base64, without what the camera noted beside it. */
export async function portrait(file: File): Promise<string> {
  const picture = await createImageBitmap(file).catch(() => {
    throw new NoPicture(`“${file.name}” is no picture that this browser can read.`);
  });
  const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  for (const quality of QUALITIES) {
    const jpeg = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/jpeg", quality));
    if (jpeg && jpeg.size <= MOST_BYTES) return base64(await jpeg.arrayBuffer());
  }
  throw new NoPicture(`“${file.name}” stays larger than 256 KB: crop it to the face.`);
}

function base64(data: ArrayBuffer): string {
  let text = "";
  for (const byte of new Uint8Array(data)) text += String.fromCharCode(byte);
  return btoa(text);
}
