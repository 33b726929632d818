/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.servertests.observability;

import io.peeklock.servertests.inside.Task;
import java.lang.management.ManagementFactory;
import java.util.Map;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/** The attribute of each bean of the bus whose name fits the pattern, as any exporter reads it in the server. */
public final class ManagementBeans implements Task {

    @Override
    public String run(Map<String, String> parameters) throws Exception {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        StringBuilder found = new StringBuilder();
        for (ObjectName name : server.queryNames(new ObjectName(parameters.get("pattern")), null)) {
            found.append(name.getKeyProperty("name"))
                    .append(' ')
                    .append(server.getAttribute(name, parameters.get("attribute")))
                    .append('\n');
        }
        return found.toString();
    }
}
