/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.samples.lines;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * Tells whether a line arrived as it was sent.
 *
 * <p>Has no state; any thread.
 */
final class Checksum {

    private Checksum() {}

    /** CRC32C over the line in UTF-8. */
    static int of(String line) {
        CRC32C crc = new CRC32C();
        crc.update(line.getBytes(StandardCharsets.UTF_8));
        return (int) crc.getValue();
    }
}
