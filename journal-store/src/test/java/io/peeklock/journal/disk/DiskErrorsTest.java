/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.disk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

/** Errors of the file system, in words. */
class DiskErrorsTest {

    private static String told(IOException error) {
        return String.valueOf(
                DiskErrors.because("cannot open the store /proc/x", error).getMessage());
    }

    @Test
    void sayWithoutAClassNameThatAFileIsMissingOrInTheWay() {
        assertThat(told(new NoSuchFileException("/proc/x")))
                .isEqualTo("cannot open the store /proc/x: /proc/x does not exist, or cannot be made there");
        assertThat(told(new FileAlreadyExistsException("/proc/x")))
                .isEqualTo("cannot open the store /proc/x: /proc/x is there already, and is no directory");
    }

    @Test
    void sayWhatTheOperatingSystemSaysOfOthers() {
        assertThat(told(new IOException("Input/output error"))).endsWith("Input/output error");
    }
}
