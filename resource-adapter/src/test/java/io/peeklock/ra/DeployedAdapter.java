/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/**
 * A server's adapter in a class loader of its own, as a server deploys an archive: it shares with the test the JDK, the Jakarta APIs and
 * that of OpenTelemetry alone. Calls go to an {@link AdapterProbe}. For one thread.
 */
public final class DeployedAdapter implements AutoCloseable {

    private final URLClassLoader loader;
    private final BiFunction<String, Object, Object> probe;

    private DeployedAdapter(URLClassLoader loader, BiFunction<String, Object, Object> probe) {
        this.loader = loader;
        this.probe = probe;
    }

    /** @param classPath of the adapter, with the test's classes */
    public static DeployedAdapter deploy(List<Path> classPath, String url) throws Exception {
        return deploy(classPath, url, "jakarta.", "io.opentelemetry.");
    }

    /** @param apis the beginnings of the names of what the server has, beside the JDK */
    @SuppressWarnings("unchecked")
    public static DeployedAdapter deploy(List<Path> classPath, String url, String... apis) throws Exception {
        List<URL> urls = new ArrayList<>();
        for (Path entry : classPath) {
            urls.add(entry.toUri().toURL());
        }
        URLClassLoader loader = new URLClassLoader(urls.toArray(URL[]::new), new ApisOnly(apis));
        BiFunction<String, Object, Object> probe = (BiFunction<String, Object, Object>)
                loader.loadClass(AdapterProbe.class.getName()).getConstructor().newInstance();
        DeployedAdapter adapter = new DeployedAdapter(loader, probe);
        adapter.call("start", url);
        return adapter;
    }

    /** @param argument of a type of the JDK, as is what it returns; null for none */
    public Object call(String what, Object argument) {
        return probe.apply(what, argument);
    }

    public Object call(String what) {
        return call(what, null);
    }

    public ClassLoader loader() {
        return loader;
    }

    /** Stops the adapter and closes its class loader. */
    @Override
    public void close() throws IOException {
        call("stop");
        loader.close();
    }

    /** The server's class loader. */
    private static final class ApisOnly extends ClassLoader {
        private final List<String> apis;

        ApisOnly(String... apis) {
            super(ClassLoader.getPlatformClassLoader());
            this.apis = List.of(apis);
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            if (apis.stream().anyMatch(name::startsWith)) {
                return ApisOnly.class.getClassLoader().loadClass(name);
            }
            throw new ClassNotFoundException(name);
        }
    }
}
