/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.samples.lines;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A checked copy of the lines to send: read once to the end before the first is sent, so that a bad line sends nothing.
 *
 * <p>Immutable; any thread.
 *
 * @param copy the lines in UTF-8, each ended by a line feed
 * @param lines how many there are
 * @param bytes size of the copy
 */
record Input(Path copy, int lines, long bytes) {

    /** The bus takes messages of 256 KB with all properties (rule Q1); 4 KB of it are left for those. */
    static final int MAX_LINE_BYTES = 252 * 1024;

    /** What the check at the end keeps in memory is sized by this. */
    static final int MAX_LINES = 5_000_000;

    /** Copies what the arguments name to {@code copy}. */
    static Input read(Arguments arguments, Path copy) throws IOException, BadInputException {
        Path file = arguments.file().orElse(null);
        if (file != null) {
            checkReadable(file);
        }
        try (InputStream in = open(arguments.input(), file)) {
            return copy(in, copy);
        }
    }

    /** Copies {@code in} line by line; refuses what is empty, binary or too long. */
    static Input copy(InputStream in, Path copy) throws IOException, BadInputException {
        long bytes = 0;
        try (LineReader reader = new LineReader(new BufferedInputStream(in, 1 << 16), MAX_LINE_BYTES);
                OutputStream out = new BufferedOutputStream(Files.newOutputStream(copy), 1 << 16)) {
            for (String line = reader.next(); line != null; line = reader.next()) {
                if (reader.number() > MAX_LINES) {
                    throw new BadInputException("More than " + MAX_LINES + " lines; split the file");
                }
                byte[] text = line.getBytes(StandardCharsets.UTF_8);
                out.write(text);
                out.write('\n');
                bytes += text.length + 1;
            }
            if (reader.number() == 0) {
                throw new BadInputException("The input is empty; there is nothing to send");
            }
            return new Input(copy, (int) reader.number(), bytes);
        }
    }

    /** Reads the copy from its first line on. */
    LineReader open() throws IOException {
        // A line of the copy may have gained nothing but its end, so that it fits again.
        return new LineReader(new BufferedInputStream(Files.newInputStream(copy), 1 << 16), MAX_LINE_BYTES);
    }

    private static InputStream open(@Nullable String name, @Nullable Path file) throws IOException {
        if (file != null) {
            return Files.newInputStream(file);
        }
        return name == null ? DefaultText.open() : System.in;
    }

    private static void checkReadable(Path file) throws BadInputException {
        if (!Files.exists(file)) {
            throw new BadInputException("No such file: " + file);
        }
        if (Files.isDirectory(file)) {
            throw new BadInputException(file + " is a directory; name a file");
        }
        if (!Files.isReadable(file)) {
            throw new BadInputException(file + " cannot be read; check its permissions");
        }
    }
}
