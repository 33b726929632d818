/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.util.Collections;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads the classes of the archive before they are needed. Open Liberty deletes its copy of the archive and only then stops the adapter:
 * what the end needs first, such as closing a store, could not be loaded any more, and the store would stay open.
 *
 * <p>Has no state; any thread.
 */
final class EarlyClasses {

    private static final Logger LOG = LoggerFactory.getLogger(EarlyClasses.class);

    private static final String OPEN_LIBERTY = "com.ibm.ws.classloading.";
    private static final String MANIFEST = "META-INF/MANIFEST.MF";
    private static final String CLASS = ".class";

    private EarlyClasses() {}

    /** In other servers this does nothing. */
    static void loadWhereNeeded(ClassLoader loader) {
        if (loader.getClass().getName().startsWith(OPEN_LIBERTY)) {
            LOG.debug("{} classes loaded", load(loader));
        }
    }

    /** Loads what the loader has in jar files, and leaves out what cannot be loaded: code for libraries that are not there. */
    static int load(ClassLoader loader) {
        int loaded = 0;
        try {
            for (URL manifest : Collections.list(loader.getResources(MANIFEST))) {
                String place = manifest.toString();
                int from = place.indexOf("file:");
                int to = place.indexOf("!/" + MANIFEST);
                if (from > 0 && to > from) {
                    loaded += loadAll(new File(URI.create(place.substring(from, to))), loader);
                }
            }
        } catch (IOException | IllegalArgumentException e) {
            LOG.warn("Classes cannot be loaded early: when the adapter is removed, restart the server", e);
        }
        return loaded;
    }

    private static int loadAll(File jar, ClassLoader loader) throws IOException {
        int loaded = 0;
        try (JarFile file = new JarFile(jar)) {
            for (JarEntry entry : Collections.list(file.entries())) {
                String name = entry.getName();
                if (name.endsWith(CLASS) && name.indexOf('-') < 0) {
                    loaded += load(
                            name.substring(0, name.length() - CLASS.length()).replace('/', '.'), loader);
                }
            }
        }
        return loaded;
    }

    private static int load(String name, ClassLoader loader) {
        try {
            Class.forName(name, false, loader);
            return 1;
        } catch (ClassNotFoundException | LinkageError e) {
            return 0;
        }
    }
}
