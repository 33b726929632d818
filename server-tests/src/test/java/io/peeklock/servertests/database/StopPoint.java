/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.servertests.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/**
 * A point in the database's commit at which a thread stops for good, with its transaction, so that the server can be killed just then.
 *
 * <p>An application asks for it with a system property, since it does not share classes with the data source. Any thread.
 */
public enum StopPoint {
    /** The database has voted. */
    PREPARED,
    /** All have voted, and it is decided that the database commits. */
    DECIDED;

    /** Has this thread stop here when it comes by; the file tells that it has. */
    public void stopHere(Path reached) {
        System.setProperty(property(), reached.toString());
    }

    void reached() {
        String file = System.getProperty(property());
        if (file != null) {
            try {
                Files.createFile(Path.of(file));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            while (true) {
                LockSupport.park(this);
            }
        }
    }

    private String property() {
        return "peeklock.stop." + name() + "." + Thread.currentThread().getId();
    }
}
