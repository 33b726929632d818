/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.servertests.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The file in which a server's script has put the id of the server's process. Has no state of its own; any thread. */
record PidFile(Path file) {

    /** The process, if the file is there and the process too. */
    @Nullable
    ProcessHandle process() {
        try {
            String id = Files.readString(file).strip();
            return id.isEmpty() ? null : ProcessHandle.of(Long.parseLong(id)).orElse(null);
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Does that to the process, if there is one, and waits for its end. */
    void end(Consumer<ProcessHandle> signal) {
        ProcessHandle process = process();
        if (process != null) {
            signal.accept(process);
            process.onExit().join();
        }
    }
}
