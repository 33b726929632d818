/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.servertests.server;

import io.peeklock.servertests.database.StoppingDataSource;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.h2.Driver;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.exporter.ZipExporter;
import org.jboss.shrinkwrap.api.spec.JavaArchive;

/** The jars of the data source that servers have. Has no state; any thread. */
final class DatabaseDriver {

    static final String H2 = "h2.jar";
    static final String STOPPING = "stopping-data-source.jar";

    private DatabaseDriver() {}

    /** Puts {@link #H2} and {@link #STOPPING} into a directory, which is made if it is not there. */
    static void copyTo(Path directory) {
        try {
            Files.createDirectories(directory);
            File h2 = Libraries.jarOf(Driver.class);
            Files.copy(h2.toPath(), directory.resolve(H2));
            ShrinkWrap.create(JavaArchive.class)
                    .addPackage(StoppingDataSource.class.getPackage())
                    .as(ZipExporter.class)
                    .exportTo(directory.resolve(STOPPING).toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
