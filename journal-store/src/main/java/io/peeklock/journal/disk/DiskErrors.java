/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal.disk;

import io.peeklock.journal.JournalException;
import io.peeklock.journal.JournalException.Reason;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;

/**
 * Tells what an error of the file system means for a journal.
 *
 * <p>Has no state; any thread.
 */
public final class DiskErrors {

    private DiskErrors() {}

    /**
     * The error with its reason.
     *
     * @param what what was tried, on which path, such as {@code "cannot write /var/lib/bus/store.lock"}
     */
    public static JournalException because(String what, IOException error) {
        return switch (reason(error)) {
            case DISK_FULL ->
                new JournalException(Reason.DISK_FULL, what + ": the device is full; make room on it", error);
            case ACCESS_DENIED ->
                new JournalException(
                        Reason.ACCESS_DENIED,
                        what + ": no right to do so; give it to the user that runs this process (" + error.getMessage()
                                + ")",
                        error);
            case IO, CORRUPT, NEWER_FORMAT, STORE_LOCKED, CLOSED, REFUSED ->
                new JournalException(Reason.IO, what + ": " + inWords(error), error);
        };
    }

    /** The JDK's exceptions say it with their names. */
    private static String inWords(IOException error) {
        if (error instanceof NoSuchFileException missing) {
            return missing.getFile() + " does not exist, or cannot be made there";
        }
        if (error instanceof FileAlreadyExistsException there) {
            return there.getFile() + " is there already, and is no directory";
        }
        return error.toString();
    }

    /** {@code DISK_FULL}, {@code ACCESS_DENIED} or {@code IO}. */
    public static Reason reason(IOException error) {
        if (error instanceof AccessDeniedException) {
            return Reason.ACCESS_DENIED;
        }
        // The JDK has no type for these, and hands on what the operating system says.
        String message = String.valueOf(error.getMessage()).toLowerCase(Locale.ROOT);
        if (message.contains("no space left")
                || message.contains("quota exceeded")
                || message.contains("disk full")
                || message.contains("not enough space")) {
            return Reason.DISK_FULL;
        }
        if (message.contains("permission denied") || message.contains("read-only file system")) {
            return Reason.ACCESS_DENIED;
        }
        return Reason.IO;
    }

    /** Whether it says nothing of the file that it happened with: it may be well, and there is no right or no means to look. */
    public static boolean isOfTheProcess(IOException error) {
        return reason(error) == Reason.ACCESS_DENIED
                || error instanceof ClosedByInterruptException
                || String.valueOf(error.getMessage()).toLowerCase(Locale.ROOT).contains("too many open files");
    }
}
