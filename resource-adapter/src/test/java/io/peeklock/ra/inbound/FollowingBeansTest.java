/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.ra.DeployedAdapter;
import io.peeklock.ra.PeeklockResourceAdapter;
import io.peeklock.ra.inbound.TestBeans.Kind;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Beans of an adapter whose store another one has open, in a class loader of its own. */
class FollowingBeansTest {

    private final List<String> seen = new CopyOnWriteArrayList<>();
    private final BeanServer server = new BeanServer();
    private final PeeklockResourceAdapter adapter = new PeeklockResourceAdapter();

    @TempDir
    Path directory;

    private String url = "";

    @BeforeEach
    void start() throws Exception {
        url = "peeklock:file:" + directory.resolve("bus") + "?partitions=2&linger=0";
        adapter.setUrl(url);
        adapter.start(server);
    }

    @AfterEach
    void stop() {
        adapter.stop();
        server.close();
    }

    private DeployedAdapter deploy() throws Exception {
        List<Path> classPath = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            classPath.add(Path.of(entry));
        }
        return DeployedAdapter.deploy(classPath, url);
    }

    private void activate(Kind kind) throws Exception {
        PeeklockActivationSpec spec = new PeeklockActivationSpec();
        spec.setDestinationName(InboundFixture.ORDERS);
        spec.setRedeliveryDelay("1ms");
        spec.setReconnectInterval("20ms");
        adapter.endpointActivation(
                new TestBeans(kind, message -> {
                    int count = InboundFixture.deliveryCount(message);
                    seen.add(InboundFixture.text(message) + count);
                    if (count == 1) {
                        throw new IllegalArgumentException("once more");
                    }
                }),
                spec);
    }

    private void awaitSeen(String... texts) {
        InboundFixture.soon().untilAsserted(() -> assertThat(seen).containsExactly(texts));
    }

    @Test
    void theyReceiveFromItAndGoOnWhenItStops() throws Exception {
        try (DeployedAdapter owner = deploy()) {
            owner.call("send", "tea");
            activate(Kind.TRANSACTED);
            awaitSeen("tea1", "tea2");
        }
        try (DeployedAdapter next = deploy()) {
            next.call("send", "coffee");
            awaitSeen("tea1", "tea2", "coffee1", "coffee2");
        }
    }

    @Test
    void withoutTransactionsToo() throws Exception {
        try (DeployedAdapter owner = deploy()) {
            owner.call("send", "tea");
            activate(Kind.NOT_TRANSACTED);
            awaitSeen("tea1", "tea2");
        }
    }
}
