/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.narayana;

import java.io.IOException;
import java.util.function.BooleanSupplier;

/**
 * A {@link FileStore} as it is recovered, unless somebody else has it just now.
 *
 * <p>As {@link RecoverySource}.
 */
record FileStoreSource(String name, FileStore store, BooleanSupplier heldElsewhere) implements RecoverySource {

    FileStoreSource(String name, FileStore store) {
        this(name, store, () -> false);
    }

    @Override
    public String description() {
        return "the files " + name;
    }

    @Override
    public Opened open() throws IOException {
        if (heldElsewhere.getAsBoolean()) {
            throw new IOException(name + " is held by process 1");
        }
        return new Opened() {
            private final NamedResource resource = NamedResource.of(name, new FileStoreResource(store));

            @Override
            public NamedResource resource() {
                return resource;
            }

            @Override
            public boolean isOpen(boolean scanFailed) {
                return !scanFailed;
            }

            @Override
            public void close() {
                // Files are opened and closed at each call.
            }
        };
    }
}
