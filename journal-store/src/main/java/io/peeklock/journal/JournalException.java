/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.journal;

/** A fault of the disk, the store or its files. It stops the partition it happens in (never the others). */
public class JournalException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What went wrong, for programs. */
    public enum Reason {
        /** A read, write, sync, rename or delete failed. What was in flight has an unknown outcome. */
        IO,
        /** The device is full. */
        DISK_FULL,
        /** The store or journal cannot be understood. */
        CORRUPT,
        /** Written by a newer version of this program. */
        NEWER_FORMAT,
        /** Another process or class loader has the store open; the message names it. */
        STORE_LOCKED,
        /** No right to read or write the directory. */
        ACCESS_DENIED,
        /** The journal was closed. */
        CLOSED,
        /** The caller asked for what cannot be (a record too large, a directory that is no store); nothing was written. */
        REFUSED
    }

    private final Reason reason;

    public JournalException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public JournalException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
