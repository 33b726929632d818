/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.Test;

/** What is made of the resources of an adapter of another version. */
final class StoreResourceTest {

    private final List<String> calls = new CopyOnWriteArrayList<>();

    @Test
    void anAdapterThatCannotEndAllWorkIsToldOfOnce() throws Exception {
        StoreResource resource = new StoreResource(new Elsewhere(withoutEndAll()));
        Xid xid = any(Xid.class);
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        PrintStream err = System.err;
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        try {
            resource.rollback(xid);
            resource.rollback(xid);
        } finally {
            System.setErr(err);
        }

        assertThat(calls).containsExactly("rollback", "rollback");
        assertThat(log.toString(StandardCharsets.UTF_8).lines().filter(line -> line.contains("WARN")))
                .singleElement()
                .asString()
                .contains("another version", "endAll", "XAER_PROTO", "Deploy the same version");
    }

    private XAResource withoutEndAll() {
        return (XAResource) Proxy.newProxyInstance(
                StoreResourceTest.class.getClassLoader(),
                new Class<?>[] {XAResource.class},
                (proxy, method, arguments) -> {
                    calls.add(method.getName());
                    return null;
                });
    }

    private static <T> T any(Class<T> type) {
        return type.cast(Proxy.newProxyInstance(
                StoreResourceTest.class.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> null));
    }

    /** Of an adapter that has the store open. */
    private record Elsewhere(XAResource recovery) implements StoreResource.Source {

        @Override
        public XAResource current() {
            return null;
        }

        @Override
        public XAResource open() {
            return recovery;
        }

        @Override
        public String resourceManager() {
            return "elsewhere";
        }
    }
}
