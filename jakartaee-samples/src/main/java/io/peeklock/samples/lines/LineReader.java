/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.samples.lines;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads lines of UTF-8 text from bytes, strictly: what is not text, or is too long for a message, is refused by line.
 *
 * <p>Not thread safe. Never holds more than one line.
 */
final class LineReader implements Closeable {

    private final InputStream in;
    private final int maxLineBytes;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private long number;

    /** {@code in} should be buffered: it is read byte by byte. */
    LineReader(InputStream in, int maxLineBytes) {
        this.in = in;
        this.maxLineBytes = maxLineBytes;
    }

    /** The next line without its end ({@code \n} or {@code \r\n}), or null at the end of the text. */
    @Nullable
    String next() throws IOException, BadInputException {
        line.reset();
        int b = in.read();
        if (b < 0) {
            return null;
        }
        number++;
        while (b >= 0 && b != '\n') {
            check(b);
            line.write(b);
            b = in.read();
        }
        byte[] bytes = line.toByteArray();
        int length = b == '\n' && bytes.length > 0 && bytes[bytes.length - 1] == '\r' ? bytes.length - 1 : bytes.length;
        return decode(bytes, length);
    }

    /** How many lines have been read. */
    long number() {
        return number;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    private void check(int b) throws BadInputException {
        if (b == 0) {
            throw new BadInputException("Line " + number + " holds a zero byte: this is a binary file, not text");
        }
        if (line.size() >= maxLineBytes) {
            throw new BadInputException("Line " + number + " is longer than " + maxLineBytes
                    + " bytes, which is what fits into a message of 256 KB beside its properties; break it up");
        }
    }

    private String decode(byte[] bytes, int length) throws BadInputException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, 0, length))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new BadInputException("Line " + number
                    + " is not text in UTF-8: either a binary file, or to be converted first (iconv -t UTF-8)");
        }
    }
}
