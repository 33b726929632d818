/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.jms.Inflow;
import io.peeklock.ra.store.Bus;
import jakarta.jms.XAConnection;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What beans receive from may be of another adapter, which is gone with its classes: to close it fails, and they connect again. */
class ClosingTest {

    private final List<String> called = new ArrayList<>();

    @Test
    void bothAreClosedWhateverTheyThrow() {
        Connecting.Resources none =
                new Connecting.Resources(gone(Bus.class), new BusAddress.Login("peeklock:mem:x", null, null));
        new Connecting.Opened(gone(XAConnection.class), gone(Inflow.class), none).close();
        assertThat(called).containsExactly("Inflow.close", "XAConnection.close");
    }

    private <T> T gone(Class<T> type) {
        return type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    called.add(type.getSimpleName() + "." + method.getName());
                    throw new NoClassDefFoundError("its adapter is undeployed");
                }));
    }
}
